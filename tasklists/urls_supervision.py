"""Addresses of slips, instructions and the working calendar; ``tasklists.urls`` takes them in."""

from django.urls import path

from tasklists.views import calendar, instructions, slips

urlpatterns = [
    path("slips/", slips.slip_list, name="slips"),
    path("slips/issue/", slips.issue, name="slips_issue"),
    path("slips/<int:pk>/", slips.slip_detail, name="slip"),
    path("slips/<int:pk>/drop/", slips.drop, name="slip_drop"),
    path("slips/<int:pk>/sign/", slips.sign, name="slip_sign"),
    path("slips/<int:pk>/answer/", slips.answer, name="slip_answer"),
    path("slips/<int:pk>/settle/", slips.settle, name="slip_settle"),
    path("slips/<int:pk>/instruct/", instructions.instruct_slip, name="slip_instruct"),
    path("<int:pk>/instruct/", instructions.instruct_item, name="instruct"),
    path("instructions/", instructions.instruction_list, name="instructions"),
    path("instructions/<int:pk>/", instructions.instruction_detail, name="instruction"),
    path("instructions/<int:pk>/answer/", instructions.answer, name="instruction_answer"),
    path("instructions/<int:pk>/settle/", instructions.settle, name="instruction_settle"),
    path("calendar/", calendar.working_days, name="calendar"),
    path("calendar/set/", calendar.set_days, name="calendar_set"),
]

from django.urls import path

from projects import views_follow, views_service

urlpatterns = [
    path("service/", views_service.case_list, name="cases"),
    path("service/new/", views_service.case_new, name="case_new"),
    path("service/statistics/", views_service.case_statistics, name="case_statistics"),
    path("service/<int:pk>/", views_service.case_detail, name="case"),
    path("service/<int:pk>/accept/", views_service.case_accept, name="case_accept"),
    path("service/<int:pk>/hand-over/", views_service.case_hand_over, name="case_hand_over"),
    path("service/<int:pk>/step/", views_service.case_step, name="case_step"),
    path("service/<int:pk>/finish/", views_service.case_finish, name="case_finish"),
    path("service/<int:pk>/refuse/", views_service.case_refuse, name="case_refuse"),
    path("service/<int:pk>/rate/", views_service.case_rate, name="case_rate"),
    path("service/<int:pk>/link/", views_service.case_link, name="case_link"),
    path("service/<int:pk>/link/revoke/", views_service.case_link_revoke, name="case_link_revoke"),
    path("follow/<str:token>/", views_follow.follow, name="follow"),
    path("follow/<str:token>/files/<int:pk>/", views_follow.follow_file, name="follow_file"),
]

"""The proofreader for any text: pasted or uploaded, checked at once, nothing kept."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from reports.proofreading.page import ProofForm, marked, shown
from reports.proofreading.proofread import proofread_text


@requires("supervise", "publish", "review")
@require_http_methods(["GET", "HEAD", "POST"])
def proofread(request):
    """The form; after a post also the text with its findings. What was typed stays in the form."""
    today = clock.today()
    if request.method != "POST":
        return render(request, "reports/proofread.html", {"form": ProofForm(today=today)})
    form = ProofForm(request.POST, request.FILES, today=today)
    context = {"form": form}
    if form.is_valid():
        words, day = form.cleaned_data["words"], form.cleaned_data["as_of"]
        report = proofread_text(words, day, today=today)
        context |= {
            "form": ProofForm(initial={"text": words, "as_of": day}, today=today),
            "pieces": marked(words, report),
            "proof": shown(words, report),
        }
    return render(request, "reports/proofread.html", context)

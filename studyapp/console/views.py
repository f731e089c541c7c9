"""The researcher's pages. Each needs a login; what changes a study is a POST."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from protocol.plan_words import FAMILIES, contrasts_in_words, model_in_words
from studyapp.console.counts import count_sources
from studyapp.console.figures import gather
from studyapp.console.forms import CloseForm, LoginForm
from studyapp.console.labels import describe_phase, phase_label
from studyapp.console.overview import all_studies, study_rows
from studyapp.console.reports import POLICY, find_report, is_hidden, report_folder
from studyapp.errors import StudyError
from studyapp.models import Participant, ProtocolVersion, Study
from studyapp.studies import closing
from studyapp.studies.versions import versions_that_count

StudyView = Callable[..., HttpResponseBase]


class Login(LoginView):
    """Sign in."""

    form_class = LoginForm
    template_name = "studyapp/console/login.html"
    redirect_authenticated_user = True


def study_page(view: StudyView) -> StudyView:
    """Hand the view its study; the outsider is sent to the login, an unknown study gets its own page."""

    @never_cache
    @login_required
    @wraps(view)
    def with_study(request: HttpRequest, slug: str, **parts: Any) -> HttpResponseBase:
        study = Study.objects.select_related("bundle").filter(slug=slug).first()
        if study is None:
            return show(request, "missing", {"slug": slug}, status=404)
        return view(request, study, **parts)

    return with_study


def show(request: HttpRequest, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page of the console with the list of studies that its header needs."""
    context = {"studies": all_studies()} | context
    return render(request, f"studyapp/console/{page}.html", context, status=status)


@never_cache
@login_required
@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """Show every study and how far it is."""
    studies = all_studies()
    return show(request, "studies", {"studies": studies, "rows": study_rows(studies)})


@study_page
@require_safe
def monitor(request: HttpRequest, study: Study) -> HttpResponse:
    """Show how a study goes: people, never outcomes."""
    return show_monitor(request, study, CloseForm(study))


def show_monitor(
    request: HttpRequest, study: Study, close_form: CloseForm, status: int = 200
) -> HttpResponse:
    """Render the monitor of the source asked for, or of the first that has people, recruited first."""
    sources = count_sources(study)
    default = next((source for source, people in sources.items() if people), Participant.Source.RECRUITED)
    source = request.GET.get("source", default)
    source = Participant.Source(source if source in sources else default)
    context = {
        "study": study,
        "tab": "monitor",
        "figures": gather(study, source),
        "source": source,
        "sources": [(other, sources[other]) for other in Participant.Source],
        "close_form": close_form,
        "recruitment_link": settings.PUBLIC_URL + reverse("arrive", args=[study.slug]),
    }
    return show(request, "monitor", context, status=status)


@study_page
@require_POST
def pause(request: HttpRequest, study: Study) -> HttpResponse:
    """Let nobody new in for now."""
    return change(request, study, closing.pause, "Recruitment is paused. People inside go on as before.")


@study_page
@require_POST
def resume(request: HttpRequest, study: Study) -> HttpResponse:
    """Let people in again."""
    return change(request, study, closing.resume, "Recruitment goes on.")


@study_page
@require_POST
def close(request: HttpRequest, study: Study) -> HttpResponse:
    """End recruitment for good, once the study's name is typed."""
    form = CloseForm(study, request.POST.dict())
    if not form.is_valid():
        return show_monitor(request, study, form, status=422)
    return change(request, study, closing.close, "The study is closed, and its seed is published.")


def change(request: HttpRequest, study: Study, act: Callable[[Study], Study], said: str) -> HttpResponse:
    """Do something to a study, and say on the monitor what became of it."""
    try:
        act(study)
    except StudyError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("monitor", study.slug)


@study_page
@require_safe
def protocol(request: HttpRequest, study: Study) -> HttpResponse:
    """Show what the study is: its versions, arms, phases and plan."""
    plan = study.protocol
    context = {
        "study": study,
        "tab": "protocol",
        "protocol": plan,
        "versions": versions_that_count(study).defer("resolved").order_by("-number"),
        "arms": [(arm, plan.quota(arm.name)) for arm in plan.arms],
        "phases": [(phase_label(plan, n), describe_phase(phase)) for n, phase in enumerate(plan.phases)],
        "contrasts": contrasts_in_words(plan.analysis, lambda name: plan.arm(name).label),
        "family": FAMILIES[plan.analysis.family],
        "method": model_in_words(plan.analysis),
        "explanation_at_test": plan.explanation_at_test.replace("_", " "),
        "dataset": study.bundle.manifest["dataset"],
        "models": [model["name"] for model in study.bundle.manifest["models"]],
        "explainers": [explainer["name"] for explainer in study.bundle.manifest["explainers"]],
    }
    return show(request, "protocol", context)


@study_page
@require_safe
def protocol_json(request: HttpRequest, study: Study, number: int) -> HttpResponse:
    """Send one version of the resolved protocol."""
    version = ProtocolVersion.objects.filter(study=study, number=number).first()
    if version is None:
        return show(request, "missing", {"slug": study.slug, "number": number}, status=404)
    return JsonResponse(version.resolved, json_dumps_params={"indent": 2, "ensure_ascii": False})


@csp_update({"frame-src": [SELF]})
@study_page
@require_safe
def report(request: HttpRequest, study: Study) -> HttpResponse:
    """Show the study's report, or how to make one."""
    found = find_report(study)
    context = {
        "study": study,
        "tab": "report",
        "report": found,
        "is_hidden": found is not None and is_hidden(found, study),
        "folder": report_folder(study),
    }
    return show(request, "report", context)


@xframe_options_sameorigin
@study_page
@require_safe
def report_file(request: HttpRequest, study: Study) -> HttpResponseBase:
    """Send the report itself: no script, nothing from elsewhere. No one peeks before the study is closed."""
    found = find_report(study)
    if found is None or is_hidden(found, study):
        return redirect("report", study.slug)
    response = FileResponse(found.path.open("rb"), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = POLICY
    response["Content-Disposition"] = "inline"
    return response

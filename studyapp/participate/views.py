"""A participant's requests. No cookie is set and no login needed: the personal link is who they are, and each
form's one-time token stands in for a CSRF token.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from studyapp.catalog import file_at
from studyapp.errors import StudyFull, StudyNotOpen
from studyapp.models import Participant, Study
from studyapp.participate import services
from studyapp.participate.markdown import render as markdown
from studyapp.participate.pages import page_of
from studyapp.participate.services import Position
from studyapp.recruit.arrivals import read_arrival
from studyapp.recruit.completion import completion_url
from studyapp.recruit.identities import find_or_add_person

_NOTICES = {
    "full": (
        "All places are taken",
        "Enough people have taken part in this study. Thank you for your interest.",
    ),
    "closed": ("This study is over", "Nobody new can take part any more. Thank you for your interest."),
    "paused": ("This study is paused", "Please try again later."),
    "unknown": (
        "This link does not work",
        "Please check that you copied the whole link, or go back to where you found it.",
    ),
}
_MONTH = 30 * 24 * 60 * 60


class View(Protocol):
    """A view of this room."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def personal(view: View) -> View:
    """Keep a personal page out of caches and search engines."""

    @never_cache
    @wraps(view)
    def kept_private(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept_private


@personal
@require_GET
def arrive(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Take in whoever follows a recruitment link, and send them to a clean personal link."""
    study = Study.objects.filter(slug=slug).exclude(status=Study.Status.DRAFT).first()
    if study is None:
        return _notice(request, "unknown", status=404)
    arrival = read_arrival(study, request.GET.dict())
    person = find_or_add_person(arrival.recruiter, arrival.identity) if arrival.identity else None
    try:
        participant = services.arrive(
            study, arrival.source, person, arrival.recruiter_study, arrival.recruiter_session
        )
    except StudyNotOpen:
        return _notice(request, "closed" if study.status == Study.Status.CLOSED else "paused", status=410)
    except StudyFull:
        return _notice(request, "full", status=410)
    return redirect("walk", participant.token)


@csrf_exempt
@personal
@require_http_methods(["GET", "POST"])
def walk(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the participant's next step, or take the answers to it and show the one after."""
    if request.method == "POST":
        position = services.take_answers(token, request.POST.dict())
    else:
        position = services.find_position(token)
    if position is None:
        return _notice(request, "unknown", status=404)
    if request.method == "GET":
        services.note_visit(position)
    elif not _is_swap(request) and not position.faults and not position.is_foreign:
        return redirect("walk", token)
    response = _show(request, position)
    if request.method == "POST" and (address := _way_back(position)):
        response["HX-Redirect"] = address  # the script goes there; without it, the last page has the link
    return response


@csrf_exempt
@personal
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """Ask whether the participant wants to stop, or stop."""
    participant = Participant.objects.select_related("study").filter(token=token).first()
    if participant is None:
        return _notice(request, "unknown", status=404)
    if request.method == "POST" and "withdraw" in request.POST:
        services.withdraw(participant)
    elif request.method == "POST":
        services.leave(participant)
    else:
        return render(
            request,
            "studyapp/leave.html",
            {"participant": participant, "lang": _protocol(participant).language},
        )
    return redirect("walk", token)


@login_required
@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Walk a study as a participant, in the preview stream: its answers count for nothing."""
    study = get_object_or_404(Study, slug=slug)
    return redirect("walk", services.arrive(study, Participant.Source.PREVIEW).token)


@require_safe
def stimulus(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Send a stimulus; its name tells nothing, and its bytes never change."""
    study = get_object_or_404(Study, slug=slug)
    found = file_at(study, name)
    if found is None:
        raise Http404("no such stimulus")
    path, media_type = found
    response = HttpResponse(path.read_bytes(), content_type=media_type)  # small: a stimulus is some kilobytes
    response["Cache-Control"] = f"private, max-age={_MONTH}, immutable"
    return response


def _show(request: HttpRequest, position: Position) -> HttpResponse:
    """Show where someone stands: as a whole page, or as the part that a script swaps in."""
    if position.step is None:
        return _show_end(request, position)
    page = page_of(position)
    context = {
        "page": page,
        "step_template": page.template,
        "participant": position.participant,
        "lang": position.protocol.language,
        "is_preview": position.participant.source == Participant.Source.PREVIEW,
        "faults": len(position.faults),
        "is_foreign": position.is_foreign,
        "is_saved": position.step.position > 1 and not position.faults and not position.is_foreign,
        "is_swap": _is_swap(request),
    }
    template = "studyapp/_walk.html" if _is_swap(request) else "studyapp/walk.html"
    status = 422 if position.faults else 400 if position.is_foreign else 200
    return render(request, template, context, status=status)


def _show_end(request: HttpRequest, position: Position) -> HttpResponse:
    participant, protocol = position.participant, position.protocol
    context = {
        "participant": participant,
        "ending": participant.outcome,
        "turned_away": position.turned_away or _reason(participant),
        "screen_out": markdown(
            next((phase.screen_out for phase in protocol.phases if phase.kind == "gate"), "")
        ),
        "declined": markdown(next(phase.declined for phase in protocol.phases if phase.kind == "consent")),
        "code": protocol.completion.code,
        "screened_out_code": protocol.completion.screened_out_code,
        "completion_url": completion_url(protocol, screened_out=participant.finished_at is None),
        "lang": protocol.language,
        "is_preview": participant.source == Participant.Source.PREVIEW,
        "is_swap": _is_swap(request),
    }
    template = "studyapp/_end.html" if _is_swap(request) else "studyapp/end.html"
    return render(request, template, context)


def _way_back(position: Position) -> str:
    """Return the recruiter's address for someone whom a recruiter sent and who has just finished; else nothing."""
    participant = position.participant
    is_over = position.step is None and participant.outcome == "finished"
    is_sent = participant.source == Participant.Source.RECRUITED and participant.person_id is not None
    return completion_url(position.protocol) if is_over and is_sent else ""


def _reason(participant: Participant) -> str:
    return services.reason_for_leaving(participant) if participant.outcome == "left" else ""


def _notice(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """A page for someone who has no session here."""
    heading, text = _NOTICES[reason]
    return render(
        request, "studyapp/notice.html", {"heading": heading, "text": text, "lang": "en"}, status=status
    )


def _protocol(participant: Participant) -> Any:
    from studyapp.models.study import protocol_version

    return protocol_version(participant.study_id, participant.version).protocol


def _is_swap(request: HttpRequest) -> bool:
    """Whether our script asks for the next step alone, to put it in the place of this one."""
    return request.headers.get("HX-Request") == "true"

"""The witness statement of a submission: signed on the page, or printed and signed on paper."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import InvalidInput
from apps.evidence import receipts
from apps.evidence.services.witness_statements import answers_of, last_statement, sign_statement, signer_of
from apps.evidence.statement_sheet import statement_pdf
from apps.web.evidence.statement_form import StatementForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement_page(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The questions. A statement that was signed fills them in; signing again adds a new one."""
    submission = receipts.get_submission_for(request, submission_id)
    last = last_statement(submission)
    initial = {**answers_of(last), "part": signer_of(last).part} if last else {}
    form = StatementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            sign_statement(
                submission=submission,
                answers=form.answers(),
                name=data["name"],
                part=data["part"],
                request_key=data["request_key"],
                actor=receipts.sender_actor(request, submission),
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            messages.success(request, _("Signed. Thank you. The agency has it beside your video."))
            return redirect("evidence:receipt", submission_id=submission.public_id)
    context = {"submission": submission, "form": form, "last": last}
    return render(request, "web/evidence/statement.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def statement_file(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The statement that was signed last, as PDF; before one is signed, or with `?paper`, the sheet to sign by hand."""
    submission = receipts.get_submission_for(request, submission_id)
    last = None if "paper" in request.GET else last_statement(submission)
    headers = {"Content-Disposition": f'inline; filename="statement-{submission.code}.pdf"'}
    return HttpResponse(statement_pdf(submission, last), content_type="application/pdf", headers=headers)

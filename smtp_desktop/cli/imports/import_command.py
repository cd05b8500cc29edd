"""smtp-desktop smtp import"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.imports.import_output import Entry, Listing, entry_document, listing_lines, note_lines
from smtp_desktop.cli.imports.import_run import ON_EXISTING, ImportRun
from smtp_desktop.cli.imports.sources import ARGUMENTS, STANDARD_INPUT, read_sources
from smtp_desktop.cli.options.passphrase import asked_passphrase, has_passphrase, passphrase_options
from smtp_desktop.cli.smtp.check_results import print_runs
from smtp_desktop.cli.smtp.check_runs import CheckRun, run_checks
from smtp_desktop.cli.smtp.stored import documents_of
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.imports.preview import (
    ImportAction,
    ImportOutcome,
    ImportPreview,
    ImportState,
)
from smtp_desktop.domain.smtp.completeness import missing_fields
from smtp_desktop.domain.smtp.tags import tags_problem
from smtp_desktop.services.imports.source_files import SourceFiles
from smtp_desktop.services.services import Services


@click.command("import")
@click.argument("sources", metavar="FILE|-|URL...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show what would be imported; change nothing.")
@click.option(
    "--on-existing",
    type=click.Choice([one.value for one in ON_EXISTING]),
    help="What to do with an SMTP that is stored already: leave it, change what the file says, or import it beside.",
)
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Give what is imported this tag, too. Repeatable.")
@click.option("--check", is_flag=True, help="Check everything that was imported. Sends nothing.")
@passphrase_options
@click.pass_obj
def import_files(
    session: Session,
    /,
    sources: tuple[str, ...],
    on_existing: str | None,
    tags: tuple[str, ...],
    *,
    dry_run: bool,
    check: bool,
    **options: Any,
) -> int:
    """Import SMTPs from other programs' files, URLs, and files that `smtp-desktop export` wrote.

    FILE may be a folder. The format is recognized by the content. Nothing in a file is run, no variable is filled in,
    nothing is fetched; what can't be read is named with its line. An SMTP whose password the file doesn't have is
    imported and says so: it can't send until you enter one. The same host, port and user name are the same SMTP;
    by default it is left as it is. A backup is made before.

    Formats: CSV, URLs, .env, Docker Compose, Kubernetes, Postfix, msmtp, swaks, sSMTP, nullmailer, dma, esmtp,
    OpenSMTPD, Thunderbird, Grafana, GitLab, Keycloak, Zabbix, Jenkins, Nextcloud, WordPress (FluentSMTP, WP Mail SMTP),
    PHP, Gitea, Mattermost, Alertmanager, Django, Laravel, Symfony, Rails, Spring, Nodemailer.

    \b
    Examples:
      smtp-desktop smtp import compose.yaml .env --dry-run
      smtp-desktop smtp import /etc/postfix --on-existing update --check
      smtp-desktop smtp import ~/.msmtprc --tag laptop
      smtp-desktop smtp import - < smtps.csv
      smtp-desktop smtp import smtps.sealed --passphrase-file phrase.txt

    \b
    Exit codes:
      0   done, whether or not anything was new
      65  nothing in the files could be read
      66  there is no such file, or it can't be read; nothing was imported
      75  others kept changing the same SMTPs; try again
    With --check, that of the first check that failed.
    """
    if dry_run and check:
        raise click.UsageError("--dry-run imports nothing that --check could check. Leave one of them out.")
    if STANDARD_INPUT in sources and options["passphrase_stdin"]:
        raise click.UsageError("Only one thing can come from standard input. Use another option for the passphrase.")
    _refuse_bad_tags(tags)
    files = read_sources(sources)
    passphrase = asked_passphrase(options) if has_passphrase(options) else None
    with session.open() as services:
        run = ImportRun(
            services=services,
            files=files.files,
            on_existing=ImportAction(on_existing) if on_existing else None,
            tags=tags,
            ask=lambda: asked_passphrase(options),
            passphrase=passphrase,
        )
        entries = run.planned() if dry_run else _entries(services, *run.run())
        if check:
            entries = _checked(session, services, entries)
    return _print(session, _without_others(entries, files, dry_run=dry_run))


def _refuse_bad_tags(tags: Sequence[str]) -> None:
    problem = tags_problem(" ".join(tags))
    if problem:
        raise FieldErrors((FieldError(field="tags", message=problem),))


def _entries(services: Services, preview: ImportPreview, outcome: ImportOutcome) -> list[Entry]:
    done = {one.number: one for one in outcome.rows}
    ids = set(outcome.profile_ids)
    documents = documents_of(services, [one for one in services.profiles.all() if one.id in ids])
    entries = []
    for row in preview.rows:
        imported = done.get(row.number)
        entries.append(
            Entry(
                row=row,
                action=imported.action if imported else ImportAction.SKIP,
                name=imported.name if imported else row.name,
                smtp=documents.get(imported.name) if imported and imported.profile_id else None,
            )
        )
    return entries


def _checked(session: Session, services: Services, entries: Sequence[Entry]) -> list[Entry]:
    """Checks what was imported and can be tried."""
    names = {one.smtp["name"] for one in entries if one.smtp}
    profiles = [one for one in services.profiles.all() if one.name in names and not missing_fields(one)]
    runs: Mapping[str, CheckRun] = {
        run.profile.name: run for run in (run_checks(services, profiles, session.output) if profiles else ())
    }
    return [replace(one, run=runs.get(one.name) if one.smtp else None) for one in entries]


def _without_others(entries: Sequence[Entry], files: SourceFiles, *, dry_run: bool) -> Listing:
    """Returns the rows without the files that just lay in a folder and are of no format that is known."""
    others = {one.row.file for one in entries if one.row.format is None} & files.besides
    left = [one for one in entries if one.row.format is not None or one.row.file not in others]
    return Listing(entries=left, ignored=len(others), dry_run=dry_run)


def _print(session: Session, listing: Listing) -> int:
    output, entries = session.output, listing.entries
    output.notice(*note_lines(entries))
    if any(one.row.file == ARGUMENTS and one.row.draft and one.row.draft.typed_secrets for one in entries):
        output.notice("Others on this computer can see a password in a URL on the command line: use - next time.")
    output.result([entry_document(one) for one in entries], *listing_lines(listing))
    runs = [one.run for one in entries if one.run]
    if runs and not output.as_json:
        print_runs(runs, output)
    if all(one.row.state is ImportState.UNREADABLE for one in entries):
        output.diagnostic(*(f"{one.row.file}: {one.row.reason}" for one in entries if output.is_quiet))
        return ExitCode.REFUSED_DATA
    return next((run.exit_code for run in runs if run.exit_code), ExitCode.OK)

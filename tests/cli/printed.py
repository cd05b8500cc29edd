"""Everything that is printed of a report outside the window, for tests that search it for secrets."""

import json

from services.reports import reported

from smtp_desktop.cli.output.conversation import chart_lines
from smtp_desktop.cli.smtp.check_results import failure_lines, report_document
from smtp_desktop.services.checks.report import Report


def everything_printed(report: Report) -> str:
    """Returns the report for a ticket, the JSON document and the command line's text, one after the other."""
    failure = report.timeline.failure
    lines = failure_lines(report.profile, failure, report.advice) if failure else []
    document = json.dumps(report_document(report), ensure_ascii=False, indent=2)
    return "\n".join((reported(report), document, *chart_lines(report.timeline), *lines))

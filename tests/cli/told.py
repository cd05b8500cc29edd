"""All that is told of a report outside the window, for those who search it for secrets."""

import json

from services.reports import reported

from smtp_desktop.cli.output.conversation import chart_lines
from smtp_desktop.cli.output.test_result import report_document
from smtp_desktop.cli.smtp.check_runs import failure_lines
from smtp_desktop.services.checks.tester import Report


def everything_told(report: Report) -> str:
    """Returns the report for a ticket, the JSON document and the command line's words, one after the other."""
    failure = report.timeline.failure
    spoken = failure_lines(report.profile, failure, report.advice) if failure else []
    document = json.dumps(report_document(report), ensure_ascii=False, indent=2)
    return "\n".join((reported(report), document, *chart_lines(report.timeline), *spoken))

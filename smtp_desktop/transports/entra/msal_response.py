"""Answers of Microsoft's servers as msal reads them."""

from smtp_desktop.transports.http.exchange import Answer


class MsalResponse:
    """An answer with the attributes that msal reads."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.text = answer.body.decode("utf-8", "replace")
        self.headers = dict(answer.headers)

    def raise_for_status(self) -> None:
        """Does nothing: a refusal never becomes a response."""

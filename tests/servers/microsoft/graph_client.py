"""A simple client for Entra ID and Graph, for the tests of the servers themselves."""

import base64
from email.message import EmailMessage
from typing import Any

import requests
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft


class Client:
    """Calls Graph as the app."""

    def __init__(self, servers: Microsoft, session: requests.Session) -> None:
        self.servers = servers
        self.session = session
        self.base = f"{servers.graph.url}/v1.0/users/{USER_NAME}"
        self.sign_in()

    def sign_in(self, grant_type: str = "client_credentials") -> None:
        answer = ask_for_token(self.servers, self.session, grant_type=grant_type)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, path if path.startswith("https:") else f"{self.base}/{path}", **more)

    def send(self, mail: bytes, **more: Any) -> requests.Response:
        body = base64.b64encode(mail)
        return self.call("POST", "sendMail", data=body, headers={"Content-Type": "text/plain"}, **more)


def ask_for_token(
    servers: Microsoft, session: requests.Session, *, tenant: str = TENANT, **fields: str | None
) -> requests.Response:
    form: dict[str, str | None] = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    form |= {"scope": servers.scope, "username": USER_NAME, "password": PASSWORD} | fields
    return session.post(f"{servers.entra.url}/{tenant}/oauth2/v2.0/token", data=form)


def new_mail(sender: str = USER_NAME) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Bcc"] = sender, "Anna <anna@contoso.example>", "eve@contoso.example"
    mail["Subject"], mail["Message-ID"] = "Prüfung", "<one@northwind.example>"
    mail.set_content("Hello\n")
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="octet-stream", filename="a.bin")
    return mail


def mime(sender: str = USER_NAME) -> bytes:
    mail = new_mail(sender)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def error_code(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    return answer.status_code, error["code"]


def draft(**more: object) -> dict[str, object]:
    to = {"emailAddress": {"address": "anna@contoso.example"}}
    return {"subject": "Big", "body": {"contentType": "text", "content": "Hello"}, "toRecipients": [to]} | more

"""The stand-in for Graph does what the real one does, and refuses what that refuses."""

import base64
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from servers.certificates import Authority
from servers.https_calls import Answer, Half
from servers.microsoft.graph_client import Client, draft, error_code, mime
from servers.microsoft.graph_contract import check_against_contract, contract_path
from servers.microsoft.tenant import USER_NAME, Microsoft, microsoft

EVERYTHING = ("Mail.Send", "Mail.ReadWrite")


@pytest.fixture
def servers(authority: Authority) -> Iterator[Microsoft]:
    with microsoft(authority, permissions=EVERYTHING) as both:
        yield both


@pytest.fixture
def graph(servers: Microsoft, session: requests.Session) -> Client:
    return Client(servers, session)


class TestAdmission:
    def test_tokens_users_and_permissions(self, graph: Client) -> None:
        server, entra = graph.servers.graph, graph.servers.entra
        me = f"{server.url}/v1.0/me/mailFolders"
        assert error_code(graph.call("GET", me)) == (400, "BadRequest")
        other = f"{server.url}/v1.0/users/who@northwind.example/mailFolders"
        assert error_code(graph.call("GET", other)) == (404, "ErrorInvalidUser")
        assert graph.call("GET", "mailFolders").status_code == 200
        graph.sign_in("password")
        assert graph.call("GET", me).status_code == graph.call("GET", "mailFolders").status_code == 200
        entra.revoke_all()
        assert error_code(graph.call("GET", me)) == (401, "InvalidAuthenticationToken")
        graph.sign_in()
        server.permissions = {"Mail.Read"}
        assert error_code(graph.send(mime())) == (403, "ErrorAccessDenied")
        assert error_code(graph.call("POST", "messages", json=draft())) == (403, "ErrorAccessDenied")
        server.permissions = {"Mail.Send"}
        assert error_code(graph.call("GET", "mailFolders")) == (403, "ErrorAccessDenied")
        assert (server.sent, server.drafts.waiting) == ([], {})

    def test_scripted_answers_come_first(self, graph: Client) -> None:
        throttled = Answer(status=429, headers={"Retry-After": "1"}, error=("ApplicationThrottled", "Too many."))
        graph.servers.graph.answer_next("/sendMail", throttled)
        answer = graph.send(mime())
        assert (error_code(answer), answer.headers["Retry-After"]) == ((429, "ApplicationThrottled"), "1")
        assert graph.send(mime()).status_code == 202
        assert len(graph.servers.graph.sent) == 1

    @pytest.mark.parametrize(("after_work", "sent"), [(False, 0), (True, 1)])
    def test_a_drop_may_come_before_or_after_the_work(self, graph: Client, after_work: bool, sent: int) -> None:
        graph.servers.graph.drop_next("/sendMail", after_work=after_work)
        with pytest.raises(requests.ConnectionError):
            graph.send(mime())
        assert len(graph.servers.graph.sent) == sent

    def test_half_an_answer_comes_after_the_work(self, graph: Client) -> None:
        graph.servers.graph.answer_next("/sendMail", Half())
        with pytest.raises(requests.ConnectionError):
            graph.send(mime())
        assert len(graph.servers.graph.sent) == 1


class TestSendMail:
    def test_mime_is_taken_as_it_is(self, graph: Client) -> None:
        raw = mime()
        answer = graph.send(raw)
        assert (answer.status_code, answer.content) == (202, b"")
        (mail,) = graph.servers.graph.sent
        assert (mail.raw, mail.sender) == (raw, USER_NAME)
        assert mail.recipients == ("anna@contoso.example", "eve@contoso.example")
        assert (mail.subject, mail.body.strip(), mail.attachments) == ("Prüfung", "Hello", {"a.bin": b"\x00\x01"})
        assert mail.internet_message_id == "<one@northwind.example>"
        assert mail.message is not None
        assert "Bcc" not in mail.message

    def test_json_is_taken(self, graph: Client) -> None:
        body = {"message": draft(internetMessageId="<x@y>"), "saveToSentItems": False}
        assert graph.call("POST", "sendMail", json=body).status_code == 202
        assert graph.servers.graph.sent[0].internet_message_id == "<x@y>"

    def test_it_refuses(self, graph: Client) -> None:
        plain = {"Content-Type": "text/plain"}
        lines = base64.encodebytes(mime())
        nobody = b"From: " + USER_NAME.encode() + b"\r\nSubject: x\r\n\r\nx\r\n"
        bad = {"message": draft(toRecipients=["anna@contoso.example"])}
        unnamed = {"message": draft(internetMessageHeaders=[{"name": "Auto-Submitted", "value": "x"}])}
        odd = {"message": draft(), "when": "now"}
        post = "POST", "sendMail"
        assert error_code(graph.call(*post, data=mime(), headers=plain)) == (400, "ErrorMimeContentInvalidBase64String")
        assert error_code(graph.call(*post, data=lines, headers=plain)) == (400, "ErrorMimeContentInvalidBase64String")
        assert error_code(graph.send(mime().replace(b"\r\n", b"\n"))) == (400, "ErrorMimeContentInvalid")
        assert error_code(graph.send(nobody)) == (400, "ErrorInvalidRecipients")
        assert error_code(graph.send(mime("boss@northwind.example"))) == (403, "ErrorSendAsDenied")
        assert error_code(graph.send(b"x" * 3_200_000)) == (413, "ErrorMessageSizeExceeded")
        assert error_code(graph.call(*post, data=b"x")) == (415, "UnsupportedMediaType")
        assert error_code(graph.call(*post, json=bad)) == (400, "RequestBodyRead")
        assert error_code(graph.call(*post, json=odd)) == (400, "RequestBodyRead")
        assert error_code(graph.call(*post, json=unnamed)) == (400, "InvalidInternetMessageHeader")
        assert graph.servers.graph.sent == []

    def test_another_sender_may_be_allowed(self, graph: Client) -> None:
        graph.servers.graph.send_as.add("boss@northwind.example")
        assert graph.send(mime("Boss@northwind.example")).status_code == 202


class TestDrafts:
    def new(self, graph: Client, **more: object) -> str:
        answer = graph.call("POST", "messages", json=draft(**more))
        assert (answer.status_code, answer.json()["isDraft"]) == (201, True)
        return "messages/" + quote(answer.json()["id"], safe="")

    def session_for(self, graph: Client, path: str, size: int, **more: object) -> requests.Response:
        item = {"attachmentType": "file", "name": "big.bin", "size": size} | more
        return graph.call("POST", f"{path}/attachments/createUploadSession", json={"AttachmentItem": item})

    def put(self, graph: Client, url: str, data: bytes, content_range: str, **headers: str) -> requests.Response:
        named = {"Authorization": None, "Content-Range": content_range} | headers
        return graph.call("PUT", url, data=data, headers=named)

    def test_a_large_mail_is_built_and_sent(self, graph: Client) -> None:
        path, content = self.new(graph, internetMessageId="<big@northwind.example>"), bytes(range(250)) * 20_000
        kind = "#microsoft.graph.fileAttachment"
        small = {"@odata.type": kind, "name": "a.txt", "contentBytes": "aGk="}
        assert graph.call("POST", f"{path}/attachments", json=small).status_code == 201
        opened = self.session_for(graph, path, len(content))
        url = opened.json()["uploadUrl"]
        assert (opened.status_code, opened.json()["nextExpectedRanges"]) == (201, ["0-"])
        first = self.put(graph, url, content[:3_000_000], "bytes 0-2999999/5000000")
        assert (first.status_code, first.json()["nextExpectedRanges"]) == (200, ["3000000-"])
        last = self.put(graph, url, content[3_000_000:], "bytes 3000000-4999999/5000000")
        assert (last.status_code, "/attachments(" in last.headers["Location"]) == (201, True)
        assert graph.servers.graph.sent == []
        assert graph.call("POST", f"{path}/send").status_code == 202
        (mail,) = graph.servers.graph.sent
        assert (mail.draft, mail.subject, mail.body, mail.recipients) == (
            True,
            "Big",
            "Hello",
            ("anna@contoso.example",),
        )
        assert mail.attachments == {"a.txt": b"hi", "big.bin": content}
        assert mail.internet_message_id == "<big@northwind.example>"
        assert error_code(graph.call("POST", f"{path}/send")) == (404, "ErrorItemNotFound")

    def test_uploads_are_held_to_their_rules(self, graph: Client) -> None:
        path, size = self.new(graph), 5_000_000
        too_small = self.session_for(graph, path, 3_000_000)
        assert error_code(too_small) == (400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize")
        too_large = self.session_for(graph, path, 151 * 1024 * 1024)
        assert error_code(too_large) == (413, "ErrorMessageSizeExceeded")
        assert error_code(self.session_for(graph, path, size, colour="red")) == (400, "RequestBodyRead")
        url = self.session_for(graph, path, size).json()["uploadUrl"]
        for content_range, data, status, headers in (
            ("bytes 0-9/5000000", b"x" * 10, 401, {"Authorization": graph.session.headers["Authorization"]}),
            ("0-9/5000000", b"x" * 10, 400, {}),
            ("bytes 0-9/5000000", b"x" * 9, 400, {}),
            ("bytes 0-9/4000000", b"x" * 10, 400, {}),
            ("bytes 10-19/5000000", b"x" * 10, 416, {}),
            ("bytes 0-4194303/5000000", b"x" * 4_194_304, 413, {}),
        ):
            assert self.put(graph, url, data, content_range, **headers).status_code == status, content_range
        assert self.put(graph, url, b"x" * 10, "bytes 0-9/5000000").status_code == 200
        assert graph.call("DELETE", path).status_code == 204
        assert self.put(graph, url, b"x" * 10, "bytes 10-19/5000000").status_code == 404
        assert graph.servers.graph.drafts.waiting == {}

    def test_a_draft_of_somebody_else_is_refused_when_sent(self, graph: Client) -> None:
        path = self.new(graph, **{"from": {"emailAddress": {"address": "boss@northwind.example"}}})
        assert error_code(graph.call("POST", f"{path}/send")) == (403, "ErrorSendAsDenied")
        graph.servers.graph.permissions = {"Mail.ReadWrite"}
        assert error_code(graph.call("POST", f"{path}/send")) == (403, "ErrorAccessDenied")
        assert (len(graph.servers.graph.drafts.waiting), graph.servers.graph.sent) == (1, [])

    def test_a_large_attachment_in_one_request_is_refused(self, graph: Client) -> None:
        content = base64.b64encode(b"x" * 3 * 1024 * 1024).decode()
        body = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a", "contentBytes": content}
        answer = graph.call("POST", f"{self.new(graph)}/attachments", json=body)
        assert error_code(answer) == (413, "ErrorMessageSizeExceeded")


class TestInbox:
    def test_pages_follow_each_other(self, graph: Client) -> None:
        ids = graph.servers.graph.fill(60)
        url = "mailFolders/inbox/messages?$top=25&$select=subject,from&$orderby=receivedDateTime desc"
        seen, sizes = [], []
        while url:
            page = graph.call("GET", url).json()
            seen += [message["id"] for message in page["value"]]
            sizes.append(len(page["value"]))
            assert set(page["value"][0]) == {"@odata.etag", "id", "subject", "from"}
            url = page.get("@odata.nextLink", "")
        assert (seen, sizes) == (ids, [25, 25, 10])
        assert any("/" in each and "+" in each for each in ids)
        folders = graph.call("GET", "mailFolders").json()["value"]
        assert (folders[0]["totalItemCount"], folders[0]["unreadItemCount"]) == (60, 20)

    def test_a_body_needs_mail_read_and_marks_nothing(self, graph: Client) -> None:
        graph.servers.graph.permissions = {"Mail.ReadBasic"}
        path = "messages/" + quote(graph.servers.graph.fill(2)[0], safe="")
        assert "body" not in graph.call("GET", path).json()
        assert error_code(graph.call("GET", f"{path}?$select=body")) == (403, "ErrorAccessDenied")
        graph.servers.graph.permissions = {"Mail.Read"}
        message = graph.call("GET", f"{path}?$select=body,isRead,internetMessageHeaders").json()
        assert "https://tracker.invalid/x.png" in message["body"]["content"]
        assert message["internetMessageHeaders"]
        assert graph.servers.graph.inbox[0]["isRead"] is message["isRead"] is False

    def test_sent_items_can_be_searched(self, graph: Client) -> None:
        graph.send(mime())
        for wanted, found in (("<one@northwind.example>", 1), ("<two@northwind.example>", 0)):
            condition = {"$filter": f"internetMessageId eq '{wanted}'"}
            answer = graph.call("GET", "mailFolders/sentitems/messages", params=condition)
            assert len(answer.json()["value"]) == found

    @pytest.mark.parametrize("query", ["$top=0", "$top=x", "$select=colour", "$orderby=subject", "$expand=attachments"])
    def test_it_refuses(self, graph: Client, query: str) -> None:
        answer = graph.call("GET", f"mailFolders/inbox/messages?{query}")
        assert error_code(answer) == (400, "RequestBroker--ParseUri")


@pytest.mark.skipif(contract_path() is None, reason="the Graph contract is not at hand")
class TestContract:
    def test_good_requests_pass(self, graph: Client) -> None:
        (message_id, _) = (quote(each, safe="") for each in graph.servers.graph.fill(2))
        graph.send(mime())
        graph.call("POST", "sendMail", json={"message": draft()})
        graph.call("GET", "mailFolders?$top=1")
        graph.call("GET", "mailFolders/inbox/messages?$top=25&$skip=25&$select=subject&$orderby=receivedDateTime desc")
        graph.call("GET", f"messages/{message_id}?$select=body")
        drafts = TestDrafts()
        path = drafts.new(graph)
        drafts.put(graph, drafts.session_for(graph, path, 5_000_000).json()["uploadUrl"], b"x", "bytes 0-0/5000000")
        attachment = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk="}
        graph.call("POST", f"{path}/attachments", json=attachment)
        graph.call("POST", f"{path}/send")
        graph.sign_in("password")
        graph.call("POST", f"{graph.servers.graph.url}/v1.0/me/sendMail", json={"message": draft()})
        assert len(graph.servers.graph.calls) == 11
        check_against_contract(graph.servers.graph.calls)

    @pytest.mark.parametrize(
        ("method", "path", "more"),
        [
            ("POST", "sendMail", {"json": {"message": draft(), "when": "now"}}),
            ("POST", "sendMail", {"json": {"message": draft(toRecipients=["anna@contoso.example"])}}),
            ("POST", "sendMail", {"json": {"message": draft(), "saveToSentItems": "no"}}),
            ("POST", "sendMail", {"data": b"aGk=", "headers": {"Content-Type": "message/rfc822"}}),
            ("POST", "sendMail", {}),
            ("GET", "mailFolders/inbox/messages?$top=0", {}),
            ("GET", "mailFolders/inbox/messages?$skip=x", {}),
            ("GET", "calendar", {}),
            ("PATCH", "messages/x", {"json": {"isRead": True}}),
            ("GET", "mailFolders", {"headers": {"Authorization": None}}),
            ("POST", "messages/x/attachments", {"json": {"name": "a.txt", "contentBytes": "aGk="}}),
        ],
    )
    def test_bad_requests_are_named(self, graph: Client, method: str, path: str, more: dict[str, object]) -> None:
        graph.call(method, path, **more)
        with pytest.raises(AssertionError, match=method + ".*" + path.partition("?")[0]):
            check_against_contract(graph.servers.graph.calls)

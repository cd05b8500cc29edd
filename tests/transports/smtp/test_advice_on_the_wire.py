"""Each example of advice, played by a real server to the real client: the report of the test has the advice."""

import sys
from collections.abc import Callable, Iterator, Mapping

import pytest
from domain.diagnosis.advice_examples import EXAMPLES
from domain.diagnosis.advice_examples.example import Example
from fakes.known_advice import SMTP_DOCUMENTS
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.example_network import ExampleNetwork
from services.tester_harness import TO, TesterHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import SecretField, Server
from smtp_desktop.services.checks.report import Report
from smtp_desktop.transports.smtp.transport import SmtpTransport

pytestmark = pytest.mark.long

USER = "shop@company.example"
# Where these come from: tests/services/test_advice_on_deliveries.py, tests/ui/smtps/test_incomplete_smtp.py
BEFORE_THE_SERVER = {"the keyring fails", "an import without a password", "an import without a From address"}
# These take servers of their own: tests/transports/smtp/tls/test_wire_weak_tls.py
WEAK_TLS = {"a short key", "a question for a certificate", "an old signature", "a certificate with a short key"}
PLAYED = [one for one in EXAMPLES if one.mischief not in BEFORE_THE_SERVER | WEAK_TLS]


class ExampleTransport:
    """The SMTP transport, which finds every host in the example network; see `services.ports.Transport`."""

    def __init__(self, network: ExampleNetwork) -> None:
        self._network = network

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        token: TokenSource | None = None,
    ) -> Timeline:
        network = self._network
        transport = SmtpTransport(
            pipelining_denylist=MemoryPipeliningDenylist(),
            deadline_s=network.deadline_s,
            limits=network.limits,
            resolve=network.resolve,
        )
        return transport.converse(
            server,
            password=secrets.get(SecretField.PASSWORD),
            mail=mail,
            known_mode=known_mode,
            cancel=cancel,
            on_step=on_step,
            token=token,
        )


@pytest.fixture(scope="module")
def network(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleNetwork]:
    with ExampleNetwork(authority, strangers=Authority(tmp_path_factory.mktemp("strangers"))) as running:
        yield running


def report_on(network: ExampleNetwork, example: Example) -> Report:
    """Returns the report of a test of an SMTP that is set as the example says."""
    harness = TesterHarness(real_transport=ExampleTransport(network))
    context, cancel = example.context, Cancel()

    def on_step(step: Step) -> None:
        if example.mischief == "a cancel" and step.stage is Stage.CONNECT:
            cancel.request()

    draft = ProfileDraft(
        name="Shop",
        host_name=context.host,
        smtp_port=str(context.port),
        tls=context.tls is True,
        auth_required=context.auth is True,
        user_name=USER,
        password=Secret("sesame"),
        from_address=USER,
        # Another one than the server's, which is as good as any.
        trusted_fingerprint="ab" * 32 if example.mischief == "changed certificate" else "",
    )
    to = "größe@there.example" if example.mischief == "no SMTPUTF8" else TO
    return harness.tester.test_draft(draft, profile_id=None, to=to, cancel=cancel, on_step=on_step)


@pytest.mark.parametrize("example", PLAYED, ids=str)
def test_what_a_server_does_leads_to_its_advice(network: ExampleNetwork, trusted: Authority, example: Example) -> None:
    if example.mischief == "dropped packets" and sys.platform != "linux":
        pytest.skip("a full accept queue is silent on Linux alone")
    network.play(example)
    report = report_on(network, example)

    failure = report.timeline.failure
    assert failure is not None
    assert (failure.stage, failure.kind, failure.certificate_fault) == (example.stage, example.kind, example.fault)
    assert example.said or failure.detail in {example.detail, FailureDetail.CUT_SHORT}  # a test waits less long
    assert failure.reply == example.reply
    assert report.advice is not None
    assert str(report.advice.title) == example.title


def test_every_rule_is_played() -> None:
    titles = {document["title"] for document in SMTP_DOCUMENTS if "title" in document}
    # The last rule stands for what the transport can't meet yet.
    elsewhere = {one.title for one in EXAMPLES if one not in PLAYED} | {SMTP_DOCUMENTS[-1]["title"]}
    assert titles - {one.title for one in PLAYED} == elsewhere
    kinds = {one.kind for one in EXAMPLES if one.mischief in BEFORE_THE_SERVER}
    assert kinds == {FailureKind.NOT_STARTED, FailureKind.INCOMPLETE}

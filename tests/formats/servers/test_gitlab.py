"""GitLab's files: Ruby that is never run, and YAML."""

import pytest
from formats.reading import missing, notes, only, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SignIn

RUBY = """\
external_url 'https://git.contoso.example'
# gitlab_rails['smtp_address'] = "commented.example"
gitlab_rails['smtp_enable'] = true
gitlab_rails['smtp_address'] = "smtp.contoso.example"
gitlab_rails['smtp_port'] = 465
gitlab_rails['smtp_user_name'] = "git@contoso.example"
gitlab_rails['smtp_password'] = 'p#{w} "x" \\'y\\''  # literal
gitlab_rails['smtp_domain'] = "contoso.example"
gitlab_rails['smtp_authentication'] = "login"
gitlab_rails['smtp_enable_starttls_auto'] = false
gitlab_rails['smtp_tls'] = true
gitlab_rails['smtp_openssl_verify_mode'] = 'none'
gitlab_rails['gitlab_email_from'] = 'git@contoso.example'
gitlab_rails['gitlab_email_display_name'] = 'GitLab'
"""
GRAPH = """\
gitlab_rails['microsoft_graph_mailer_enabled'] = true
gitlab_rails['microsoft_graph_mailer_user_id'] = "git@contoso.example"
gitlab_rails['microsoft_graph_mailer_tenant'] = "11111111-2222-3333-4444-555555555555"
gitlab_rails['microsoft_graph_mailer_client_id'] = "aaaaaaaa-2222-3333-4444-555555555555"
gitlab_rails['microsoft_graph_mailer_client_secret'] = "s~e.cret"
gitlab_rails['microsoft_graph_mailer_azure_ad_endpoint'] = "https://login.{sign_in}"
gitlab_rails['microsoft_graph_mailer_graph_endpoint'] = "https://{graph}"
"""


def test_a_gitlab_rb_is_read() -> None:
    source = only("gitlab.rb", RUBY.replace("\n", "\r\n"))
    (found,) = source.found
    assert (source.format, found.line, found.draft.name) == (ImportFormat.GITLAB, 4, "GitLab")
    assert server(found) == "+git@contoso.example:p#{w} \"x\" 'y'@smtp.contoso.example:465"
    assert found.draft.from_address == '"GitLab" <git@contoso.example>'
    assert found.draft.ehlo_name == "contoso.example"
    assert notes(found) == ["The file turns the check of the server's certificate off. Here it stays on."]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("gitlab_rails['smtp_enable_starttls_auto'] = true\ngitlab_rails['smtp_port'] = 587", "+h.example:587"),
        ("gitlab_rails['smtp_enable_starttls_auto'] = false\ngitlab_rails['smtp_tls'] = false", "h.example:25"),
        ("gitlab_rails['smtp_ssl'] = true\ngitlab_rails['smtp_port'] = '465'", "+h.example:465"),
    ],
)
def test_the_encryption_is_what_the_mailer_does(lines: str, expected: str) -> None:
    source = only("gitlab.rb", f"gitlab_rails['smtp_address'] = 'h.example'\n{lines}\n")
    assert [one for _, one in servers(source)] == [expected]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("ENV['SMTP_PW']", "The file says ENV['SMTP_PW']"),
        ("ENV.fetch('SMTP_PW')", "The file says ENV.fetch('SMTP_PW')"),
        ("File.read('/etc/gitlab/smtp').strip", "The file says File.read('/etc/gitlab/smtp')"),
        ("'sec' + 'ret'", "The password is code, which is not run"),
        ('"#{secret}"', "The password is code, which is not run"),
        ("'p' if production", "The password is code, which is not run"),
        ("nil", "The file has no password"),
    ],
)
def test_ruby_is_not_run(code: str, said: str) -> None:
    server_lines = "gitlab_rails['smtp_address'] = 'h.example'\ngitlab_rails['smtp_user_name'] = 'u'\n"
    source = only("gitlab.rb", f"{server_lines}gitlab_rails['smtp_password'] = {code}\n")
    assert missing(source) == [said]
    assert source.found[0].draft.password is None


def test_a_computed_server_can_not_be_read() -> None:
    source = only("gitlab.rb", "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = ENV['H']\n")
    assert reasons(source) == [(2, "The server is ENV['H'], which is not filled in.")]


@pytest.mark.parametrize(
    ("sign_in", "graph", "cloud", "urls"),
    [
        ("microsoftonline.com", "graph.microsoft.com", Cloud.GLOBAL, ("", "")),
        ("microsoftonline.us", "graph.microsoft.us", Cloud.US_L4, ("", "")),
        ("microsoftonline.us", "dod-graph.microsoft.us", Cloud.US_DOD, ("", "")),
        ("chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", Cloud.CHINA, ("", "")),
        ("lab.example", "graph.lab.example", Cloud.CUSTOM, ("https://login.lab.example", "https://graph.lab.example")),
    ],
)
def test_the_graph_mailer_becomes_a_mailbox(sign_in: str, graph: str, cloud: Cloud, urls: tuple[str, str]) -> None:
    text = GRAPH.format(sign_in=sign_in, graph=graph) + "gitlab_rails['gitlab_email_from'] = 'git@contoso.example'\n"
    (found,) = only("gitlab.rb", text).found
    draft = found.draft
    assert (draft.type, draft.sign_in, draft.user_name, found.line) == (
        ProfileType.GRAPH, SignIn.APP_ONLY, "git@contoso.example", 2
    )  # fmt: skip
    assert (draft.tenant_id[:4], draft.client_id[:4], draft.client_secret) == ("1111", "aaaa", Secret("s~e.cret"))
    assert (draft.cloud, draft.authority, draft.graph_url) == (cloud, *urls)
    assert (found.missing, draft.password, draft.host_name) == (None, None, "")
    assert {"type", "sign_in", "client_secret", "tenant_id", "client_id", "user_name"} <= found.said


def test_a_server_and_a_mailbox_are_both_found() -> None:
    text = RUBY + GRAPH.format(sign_in="microsoftonline.com", graph="graph.microsoft.com").replace(
        '"s~e.cret"', "ENV['S']"
    )
    source = only("gitlab.rb", text)
    assert [found.draft.type for found in source.found] == [ProfileType.GENERIC, ProfileType.GRAPH]
    assert missing(source) == ["", "The file says ENV['S']"]


def test_a_mailbox_by_its_object_id_is_known_by_the_sender() -> None:
    text = GRAPH.format(sign_in="microsoftonline.com", graph="graph.microsoft.com")
    text = text.replace('"git@contoso.example"', '"99999999-2222-3333-4444-555555555555"')
    (nameless,) = only("gitlab.rb", text).found
    (named,) = only("gitlab.rb", f"{text}gitlab_rails['gitlab_email_from'] = 'git@contoso.example'\n").found
    assert [nameless.draft.user_name, named.draft.user_name] == ["", "git@contoso.example"]
    assert notes(named) == ["The file names the mailbox by its object ID. Its User Name is an address."]


def test_values_of_the_helm_chart_are_read() -> None:
    text = """\
global:
  email: {from: gitlab@contoso.example, display_name: GitLab}
  smtp:
    enabled: true
    address: smtp.contoso.example
    port: 2525
    user_name: "u"
    password:
      secret: gitlab-smtp
    authentication: "plain"
    starttls_auto: true
"""
    source = only("values.yaml", text)
    assert servers(source) == [(5, "+u:-@smtp.contoso.example:2525")]
    assert missing(source) == ["The file says Secret gitlab-smtp"]
    assert source.found[0].draft.from_address == '"GitLab" <gitlab@contoso.example>'


def test_settings_within_a_compose_file_are_read() -> None:
    text = """\
services:
  web:
    image: gitlab/gitlab-ee
    environment:
      GITLAB_OMNIBUS_CONFIG: |
        external_url 'https://gitlab.contoso.example'
        gitlab_rails['smtp_address'] = "smtp.contoso.example"
        gitlab_rails['smtp_port'] = 587
"""
    assert servers(only("compose.yaml", text)) == [(7, "+smtp.contoso.example:587")]

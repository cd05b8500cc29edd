"""Jenkins' XML files, which belong together, and Configuration as Code."""

import pytest
from formats.reading import missing, only, read, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat

MAILER = """\
<?xml version='1.1' encoding='UTF-8'?>
<hudson.tasks.Mailer_-DescriptorImpl plugin="mailer@472.vf7c289a_4b_420">
  <defaultSuffix>@contoso.example</defaultSuffix>
  <smtpHost>smtp.contoso.example</smtpHost>
  {lines}
  <charset>UTF-8</charset>
</hudson.tasks.Mailer_-DescriptorImpl>
"""
LOCATION = """\
<?xml version='1.1' encoding='UTF-8'?>
<jenkins.model.JenkinsLocationConfiguration>
  <adminAddress>{address}</adminAddress>
</jenkins.model.JenkinsLocationConfiguration>
"""
SEALED = "The password is encrypted with Jenkins' own key"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("<useSsl>false</useSsl><useTls>true</useTls><smtpPort>587</smtpPort>", "+smtp.contoso.example:587"),
        ("<useSsl>true</useSsl>", "+smtp.contoso.example:465"),
        ("<useSsl>false</useSsl>", "smtp.contoso.example:25"),
        (
            "<smtpAuthUsername>ci</smtpAuthUsername><smtpAuthPassword>p w</smtpAuthPassword><useSsl>true</useSsl>",
            "+ci:p w@smtp.contoso.example:465",
        ),
    ],
)
def test_the_file_of_the_mailer_is_read(lines: str, expected: str) -> None:
    source = only("hudson.tasks.Mailer.xml", MAILER.format(lines=lines))
    assert (source.format, servers(source)) == (ImportFormat.JENKINS, [(4, expected)])


@pytest.mark.parametrize("password", ["{AQAAABAAAAAQcoUTFvDBnsyKTMk9VxzAsw==}", "bo8rjsaHLqqGjZ2AbCdEfw=="])
def test_what_jenkins_encrypted_is_no_password(password: str) -> None:
    lines = f"<authentication><username>ci</username><password>{password}</password></authentication>"
    source = only("hudson.tasks.Mailer.xml", MAILER.format(lines=lines))
    assert [server(one) for one in source.found] == ["ci:-@smtp.contoso.example:25"]
    assert missing(source) == [SEALED]


def test_files_of_one_home_belong_together() -> None:
    files = {
        "home/hudson.tasks.Mailer.xml": MAILER.format(
            lines="<authentication><credentialsId>mail</credentialsId></authentication>"
        ),
        "home/jenkins.model.JenkinsLocationConfiguration.xml": LOCATION.format(address="CI &lt;ci@b.example&gt;"),
        "home/credentials.xml": (
            "<com.cloudbees.plugins.credentials.SystemCredentialsProvider><x><entry><list>"
            "<com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl><id>mail</id>"
            "<username>ci</username><password>{AQAAABAAAAAQ}</password>"
            "</com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl></list></entry></x>"
            "</com.cloudbees.plugins.credentials.SystemCredentialsProvider>"
        ),
        "other/hudson.tasks.Mailer.xml": MAILER.format(lines=""),
    }
    first, second = read(files)
    assert (len(first.files), len(second.files)) == (3, 1)
    assert [server(one) for one in first.found] == ["ci:-@smtp.contoso.example:25"]
    assert (first.found[0].draft.from_address, missing(first)) == ("CI <ci@b.example>", [SEALED])
    assert second.found[0].draft.from_address == ""


def test_accounts_of_extended_email_are_read() -> None:
    text = (
        "<hudson.plugins.emailext.ExtendedEmailPublisherDescriptor>\n<mailAccount><smtpHost>a.example</smtpHost>"
        "<smtpPort>2525</smtpPort><credentialsId>cid</credentialsId></mailAccount>\n<addAccounts>\n"
        "<hudson.plugins.emailext.MailAccount><address>b@b.example</address><smtpHost>b.example</smtpHost>"
        "<useSsl>true</useSsl></hudson.plugins.emailext.MailAccount></addAccounts>"
        "</hudson.plugins.emailext.ExtendedEmailPublisherDescriptor>"
    )
    source = only("hudson.plugins.emailext.ExtendedEmailPublisher.xml", text)
    assert servers(source) == [(2, ":-@a.example:2525"), (4, "+b.example:465")]
    assert missing(source) == ["The file says credentials “cid”", ""]
    assert source.found[1].draft.from_address == "b@b.example"


CODE = """\
jenkins:
  systemMessage: hello
unclassified:
  location:
    adminAddress: "Jenkins <ci@contoso.example>"
  mailer:
    smtpHost: smtp.contoso.example
    smtpPort: "465"
    useSsl: true
    authentication:
      username: ci
      password: "{password}"
  email-ext:
    mailAccount:
      smtpHost: smtp2.contoso.example
      smtpPort: 587
      credentialsId: mail
      useTls: true
credentials:
  system:
    domainCredentials:
      - credentials:
          - usernamePassword: {{id: mail, username: m, password: 'p:w', scope: GLOBAL}}
"""


def test_configuration_as_code_is_read() -> None:
    source = only("jenkins.yaml", CODE.format(password="${SMTP_PASSWORD}"))
    assert servers(source) == [
        (7, "+ci:-@smtp.contoso.example:465"), (15, "+m:p:w@smtp2.contoso.example:587")
    ]  # fmt: skip
    assert missing(source) == ["The file says ${SMTP_PASSWORD}", ""]
    assert source.found[0].draft.from_address == "Jenkins <ci@contoso.example>"


def test_configuration_as_code_within_a_chart_keeps_its_lines() -> None:
    code = "".join(f"        {line}\n" for line in CODE.format(password="pw").splitlines())
    source = only("values.yaml", f"controller:\n  JCasC:\n    configScripts:\n      mail: |\n{code}")
    assert [line for line, _ in servers(source)] == [11, 19]


def test_what_is_not_set_up_says_so() -> None:
    text = MAILER.replace("  <smtpHost>smtp.contoso.example</smtpHost>\n", "").format(lines="")
    assert reasons(only("m.xml", text)) == [(None, "No mail server is set: there is no smtpHost.")]
    assert only("l.xml", LOCATION.format(address="x &lt;nobody@nowhere&gt;")).found == ()

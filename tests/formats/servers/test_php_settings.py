"""PHP of other programs: PHPMailer and settings with common names."""

import pytest
from formats.reading import missing, only, reasons, server

from smtp_desktop.domain.imports.found import ImportFormat

PHPMAILER = """\
<?php
use PHPMailer\\PHPMailer\\PHPMailer;
$db = ['host' => 'db.example', 'username' => 'root', 'password' => 'not this', 'port' => 3306];
$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host       = 'smtp.contoso.example';   // the relay
$mail->SMTPAuth   = true;
$mail->Username   = 'shop@contoso.example';
$mail->Password   = 'it\\'s $ecret';
$mail->SMTPSecure = PHPMailer::ENCRYPTION_SMTPS;
$mail->Port       = 465;
$mail->setFrom('orders@contoso.example', 'Shop');
"""


def test_properties_of_phpmailer_are_read() -> None:
    source = only("send.php", PHPMAILER)
    (found,) = source.found
    assert (source.format, found.line) == (ImportFormat.PHP, 6)
    assert server(found) == "+shop@contoso.example:it's $ecret@smtp.contoso.example:465"
    assert found.draft.from_address == "orders@contoso.example"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # constants, and their use elsewhere in the file
            "define('SMTP_HOST', 'h.example'); define('SMTP_PORT', 587); define('SMTP_USER', 'u');"
            "define('SMTP_PASS', 'p'); define('SMTP_SECURE', 'tls'); define('SMTP_AUTH', true);",
            "+u:p@h.example:587",
        ),
        (  # CodeIgniter
            "$config['protocol'] = 'smtp'; $config['smtp_host'] = 'ssl://h.example'; $config['smtp_port'] = 465;"
            "$config['smtp_user'] = 'u'; $config['smtp_pass'] = 'p';",
            "+u:p@h.example:465",
        ),
        (  # CodeIgniter 4, Joomla
            "class E { public string $SMTPHost = 'h.example'; public $SMTPUser = 'u'; public $SMTPPass = 'p';"
            "public int $SMTPPort = 2525; public $SMTPCrypto = ''; }",
            "u:p@h.example:2525",
        ),
        (  # Moodle
            "$CFG->smtphosts = 'h.example:587'; $CFG->smtpsecure = 'tls'; $CFG->smtpuser = 'u'; $CFG->smtppass = 'p';",
            "+u:p@h.example:587",
        ),
        (  # MediaWiki
            "$wgSMTP = ['host' => 'h.example', 'port' => 25, 'auth' => true, 'username' => 'u', 'password' => 'p'];",
            "+u:p@h.example:25",
        ),
        (  # Roundcube
            "$config['smtp_host'] = 'tls://h.example:587'; $config['smtp_user'] = '%u'; $config['smtp_pass'] = '%p';",
            "+h.example:587",
        ),
        (  # arrays within arrays
            "return ['db' => ['host' => 'x', 'password' => 'y'], 'smtp' => ['host' => 'h.example', 'port' => '587',"
            "'encryption' => 'tls', 'username' => 'u', 'password' => 'p']];",
            "+u:p@h.example:587",
        ),
    ],
)
def test_settings_are_known_by_their_names(text: str, expected: str) -> None:
    assert [server(one) for one in only("config.php", f"<?php\n{text}\n").found] == [expected]


def test_a_password_that_php_would_compute_is_missing() -> None:
    source = only("send.php", PHPMAILER.replace("'it\\'s $ecret'", "$_ENV['SMTP_PW']"))
    assert missing(source) == ["The file says $_ENV['SMTP_PW']"]


def test_a_database_is_no_mail_server() -> None:
    text = "<?php\n$smtp_host = '';\nreturn ['db' => ['host' => 'x', 'port' => 1, 'username' => 'u']];"
    assert reasons(only("config.php", text)) == [(None, "No mail server is set in the file.")]

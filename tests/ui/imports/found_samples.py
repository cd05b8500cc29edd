"""What was found in the files of the Import dialog's picture."""

from smtp_desktop.domain.imports.preview import ImportAction
from smtp_desktop.ui.imports.found import Found, FoundRow, FoundSource, FoundTone, Place

_NEW = (ImportAction.IMPORT, ImportAction.SKIP)
_UPDATE = (ImportAction.UPDATE, ImportAction.SKIP, ImportAction.KEEP_BOTH)
_SKIP = (ImportAction.SKIP, ImportAction.UPDATE, ImportAction.KEEP_BOTH)
_HOST = "smtp.northwind.example"

FOUND = Found(
    sources=(
        FoundSource(files=("/srv/shop/docker-compose.yml",), words="Docker Compose · 2 found"),
        FoundSource(files=("/etc/postfix/main.cf", "/etc/postfix/sasl_passwd"), words="Postfix · 3 found"),
        FoundSource(files=("/etc/grafana/grafana.ini",), words="Grafana · 2 found"),
    ),
    rows=(
        FoundRow(
            number=0,
            place=Place(file="/srv/shop/docker-compose.yml", line=14),
            name="Shop_Orders",
            server="smtp.sendgrid.net:587",
            user="apikey",
            state="New",
            actions=_NEW,
        ),
        FoundRow(
            number=1,
            place=Place(file="/srv/shop/docker-compose.yml", line=31),
            name="Shop_Alerts",
            server=f"{_HOST}:587",
            user="alerts@northwind.example",
            state="Needs a password",
            more="The file says ${SMTP_PASS}",
            tone=FoundTone.LACKS,
            actions=_NEW,
            needs_password=True,
        ),
        FoundRow(
            number=2,
            place=Place(file="/etc/postfix/main.cf", line=22),
            name="Corporate_Relay",
            server=f"{_HOST}:587",
            user="relay-svc@northwind.example",
            state="Already there",
            more="Other password in the file",
            tone=FoundTone.THERE,
            actions=_UPDATE,
        ),
        FoundRow(
            number=3,
            place=Place(file="/etc/postfix/sasl_passwd", line=3),
            name="Relay_Contoso",
            server="mail.contoso.example:587",
            user="orders@contoso.example",
            state="New",
            actions=_NEW,
        ),
        FoundRow(
            number=4,
            place=Place(file="/etc/postfix/sasl_passwd", line=4),
            name="HR_Letters",
            server=f"{_HOST}:465",
            user="hr@northwind.example",
            state="Already there",
            more="Nothing differs",
            tone=FoundTone.THERE,
            actions=_SKIP,
        ),
        FoundRow(
            number=5,
            place=Place(file="/etc/grafana/grafana.ini", line=608),
            name="Grafana",
            server=f"{_HOST}:465",
            user="grafana@northwind.example",
            state="Needs a password",
            more="The file shows only ********",
            tone=FoundTone.LACKS,
            actions=_NEW,
            needs_password=True,
        ),
        FoundRow(
            number=6,
            place=Place(file="/etc/grafana/grafana.ini", line=655),
            state="Can't be read",
            more="“5B7” is not a port number",
            tone=FoundTone.BAD,
        ),
    ),
)

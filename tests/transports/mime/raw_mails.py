"""Raw mails made at random: of what programs write, and of what damage leaves. The same seed gives the same mail."""

import random
from base64 import encodebytes
from dataclasses import dataclass, field
from quopri import decodestring, encodestring

CHARSETS = ("utf-8", "UTF-8", "us-ascii", "iso-8859-1", "windows-1252", "utf8mb4", "x-unknown", "unknown-8bit", "rot13")
TEXTS = (
    *(
        "Hello\n",
        "Grüße\n",
        "日本語\n",
        ".\n..\n",
        "From here\n",
        "x" * 1200 + "\n",
        "ü " * 700 + "\n",
        "no end",
        "",
        "\n",
    ),
    *("tab\tend \n", "=3D = \n", "--b\n", "Bcc: no@x.example\n", "€\n", "a\rb\n"),
)
FIELDS = (
    *(
        "Subject: Report",
        "Subject: Grüße",
        "Subject: =?utf-8?q?Gr=C3=BC?= ü",
        "X-Long: " + "word " * 300,
        "X-No: " + "y" * 1500,
    ),
    *("Received: from ü by x", "Reply-To: Jörg <j@x.example>", "References: <a@b> <c@d>", "Message-ID: <m@x.example>"),
    *("Date: Mon, 23 Nov 2026 10:00:00 +0000", "Message-ID:", "Date:", "X-Bcc: k@x.example", "Sender: s@x.example"),
    *(
        "Disposition-Notification-To: Ü <d@x.example>",
        "Comments: \t\n folded\n\tagain ü",
        "List-Id: Größe <l.x.example>",
    ),
)
FROMS = ("", "From: a@x.example", "From: Jörg Müller <j@x.example>", "From: root (Cron Dämon)", '"From": x', "From: Ü")
KINDS = ("text/plain", "text/html", "text/calendar", "application/pdf", "image/png", "text", "")
PEOPLE = ("{0}@x.example", "<{0}@x.example>", "N. N <{0}@x.example>", '"N; ü, @" <{0}@x.example>', "{0}@x.example (ü)")
SEPARATORS = (", ", "; ", ",\n ", " ;\n\t", ",,", " , ")
PROLOGUES = ("", "", "", "\n", "\n\n", "From a@x Mon Nov 23 10:00:00 2026\n", ">From a@x Mon\n", "\ufeff", "\ufeff\n")


@dataclass(slots=True)
class RawMail:
    """`bodies` are the contents of its leaves, in order, with CRLF line ends; None where it has been damaged, or where
    readers may differ. `recipients` are those that its header names."""

    raw: bytes
    recipients: list[str]
    bodies: list[bytes] | None
    signed: bool


@dataclass(slots=True)
class _Maker:
    chance: random.Random
    bodies: list[bytes] = field(default_factory=list)
    signed: bool = False

    def leaf(self) -> bytes:
        chance = self.chance
        content = "".join(chance.choices(TEXTS, k=chance.randint(0, 3))).encode(
            chance.choice(("utf-8", "utf-8", "cp1252")), "ignore"
        )
        kind = chance.choice(KINDS)
        lines = []
        if kind:
            charset = chance.choice((*CHARSETS, ""))
            quote = chance.choice(("", '"'))
            named = chance.choice(("", "", "; name=Größe.pdf", '; name="a b.pdf"'))
            lines.append(f"Content-Type: {kind}" + (f"; charset={quote}{charset}{quote}" if charset else "") + named)
        encoding = chance.choice(("", "7bit", "8bit", "8BIT", "binary", "base64", "quoted-printable"))
        if encoding:
            lines.append(f"Content-Transfer-Encoding: {encoding}")
        chance.shuffle(lines)
        crlf = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        match encoding:
            case "base64":
                encoded = encodebytes(content)
                if chance.random() < 0.3:
                    encoded = encoded.replace(b"\n", b"") + b"\n"
                self.bodies.append(content)
            case "quoted-printable":
                encoded = encodestring(content)
                self.bodies.append(decodestring(encoded))
            case _:
                encoded = content
                self.bodies.append(crlf)
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + encoded

    def entity(self, depth: int) -> bytes:
        chance = self.chance
        roll = chance.random()
        if depth >= 3 or roll < 0.5:
            return self.leaf()
        if roll < 0.6 and depth:
            return b"Content-Type: message/rfc822\n\n" + self.fields() + b"MIME-Version: 1.0\n" + self.entity(depth + 1)
        boundary = f"b{depth}{chance.randint(0, 9)}{chance.choice(('', ' x', '=_', '.'))}"
        kind = chance.choice(("mixed", "alternative", "related", "report", "signed"))
        self.signed = self.signed or kind == "signed"
        parts = [self.entity(depth + 1) for _ in range(chance.randint(1, 3))]
        between = [chance.choice(("", "", "vörher\n", "z" * 1100 + "\n")).encode() for _ in range(2)]
        delimiter = f"--{boundary}".encode()
        whole = (
            between[0] + b"".join(delimiter + b"\n" + part + b"\n" for part in parts) + delimiter + b"--\n" + between[1]
        )
        encoding = chance.choice(("", "Content-Transfer-Encoding: 8bit\n"))
        return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n{encoding}\n'.encode() + whole

    def fields(self) -> bytes:
        chance = self.chance
        lines = chance.sample(FIELDS, chance.randint(0, 4))
        if chance.random() < 0.05:
            lines.append("DKIM-Signature: v=1; h=from:subject; b=x")
            self.signed = True
        author = chance.choice(FROMS)
        if ":" in author and not author.startswith('"'):
            lines.append(author)
        chance.shuffle(lines)
        return "".join(f"{line}\n" for line in lines).encode(chance.choice(("utf-8", "utf-8", "cp1252")), "ignore")


def raw_mail(seed: int) -> RawMail:
    """Returns a mail; of three, one is damaged."""
    chance = random.Random(seed)
    maker = _Maker(chance)
    recipients = [f"{name}{number}" for number, name in enumerate("abcd"[: chance.randint(1, 4)])]
    fields = []
    for name in chance.sample(("To", "Cc", "Bcc", "bcc ", "To"), 3):
        share, recipients_left = recipients[: chance.randint(0, 2)], recipients
        recipients = recipients_left[len(share) :]
        people = chance.choice(SEPARATORS).join(chance.choice(PEOPLE).format(person) for person in share)
        fields.append((f"{name}: {people}\n", [f"{person}@x.example" for person in share]))
    head = "".join(line for line, _ in fields).encode(chance.choice(("utf-8", "cp1252")), "ignore") + maker.fields()
    raw = chance.choice(PROLOGUES).encode() + head + chance.choice((b"", b"MIME-Version: 1.0\n")) + maker.entity(0)
    named = [spec for _, specs in fields for spec in specs]
    bodies: list[bytes] | None = maker.bodies
    if chance.random() < 0.33:
        raw, named, bodies = damaged(raw, chance), [], None
    end = chance.choice((b"\n", b"\n", b"\r\n"))
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", end)
    return RawMail(raw=raw, recipients=named, bodies=bodies, signed=maker.signed)


def damaged(raw: bytes, chance: random.Random) -> bytes:
    content = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, max(len(content) - 1, 0))
        match chance.randint(0, 5):
            case 0:
                content[at : at + 1] = bytes([chance.randint(0 if chance.random() < 0.1 else 1, 255)])
            case 1:
                del content[at : at + chance.randint(1, 40)]
            case 2:
                content[at:at] = chance.choice(
                    (b"\n", b"\n\n", b"\r", b"\xff\xfe", b"--b0\n", b"\xc3", b'"', b"<", b"(", b"=?")
                )
            case 3:
                content[at:at] = bytes(content[at : at + 200])
            case 4:
                content = bytearray(bytes(content).replace(b"\n\n", b"\n", 1))
            case 5:
                content = content[: at + 20]
    return bytes(content)

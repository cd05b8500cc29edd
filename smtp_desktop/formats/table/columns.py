"""Headers of columns, and words in cells, in the languages that people write their tables in."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from smtp_desktop.formats.values import Encryption, plain_bool


class Column(StrEnum):
    """What a column says of an SMTP."""

    NAME = "name"
    ACCOUNT = "account"  # a name, or the user
    HOST = "host"
    PORT = "port"
    ENCRYPTION = "encryption"
    SSL = "ssl"  # TLS at once
    STARTTLS = "starttls"
    SIGN_IN = "sign_in"
    USER = "user"
    PASSWORD = "password"  # noqa: S105 - a column, not a password
    FROM_ADDRESS = "from_address"
    FROM_NAME = "from_name"
    TYPE = "type"
    TENANT_ID = "tenant_id"
    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"  # noqa: S105 - as above
    SIGNATURE = "signature"
    DESCRIPTION = "description"
    TAGS = "tags"
    EHLO_NAME = "ehlo_name"
    MAIL = "mail"  # an address: the user, the From, or both


_UNDECOMPOSED = str.maketrans("ıłøđ", "ilod")


def _plain(text: str) -> str:
    """Returns the letters and digits of a text, in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNDECOMPOSED))
    return "".join(sign for sign in decomposed if sign.isalnum())


# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Danish, Swedish, Russian, Japanese,
# Chinese; without accents, blanks and signs.
_HEADERS: dict[Column, str] = {
    Column.NAME: """имя nimi 이름 name label title profile profilename bezeichnung profil titel nom
        libelle nombre etiqueta nome naam nazwa nazev namn navn название имя 名前 名称""",
    Column.ACCOUNT: "account accountname konto kontoname compte cuenta conta rekening hesap",
    Column.HOST: """hostip ホスト名 送信サーバー 服务器地址 서버 호스트 sunucu palvelin διακομιστης serveurdenvoi
        servidordesalida serverodchoziposty host hostname server servername serveraddress
        smtp relay smarthost relayhost mailhub mta mailserver outgoingserver outgoing
        rechner rechnername serveradresse postausgangsserver postausgang ausgang
        ausgangsserver hote serveur nomdhote nomhote serveursortant servidor
        servidorsaliente anfitrion servidordesaida serverinuscita nomehost uitgaandeserver
        serwer utgaendeserver udgaendeserver сервер хост サーバー サーバ 服务器 主机 endpoint fqdn""",
    Column.PORT: """端口号 포트 portti θυρα postausgangsport port portnumber portno portnummer serverport
        puerto porta poort portti порт ポート 端口 numerodeport""",
    Column.ENCRYPTION: """加密方式 암호화 sifreleme salaus tls ssltls tlsssl usetls encryption encrypted security
        secure connectionsecurity securitytype encryptiontype securityprotocol
        verschluesselung verschlusselung sicherheit verbindungssicherheit sicher chiffrement
        cryptage securite cifrado seguridad encriptacion crittografia sicurezza cifratura
        criptografia seguranca versleuteling beveiliging szyfrowanie zabezpieczenia
        sifrovani kryptering krypteret sakerhet sikkerhed шифрование 暗号化 加密 smtpsecure""",
    Column.SSL: "ssl usessl smtps implicittls sslon sslenabled",
    Column.STARTTLS: "starttls usestarttls starttlson starttlsenabled",
    Column.SIGN_IN: """requiresauthentication auth authrequired authentication requiresauth useauth signin
        anmeldung authentifizierung authentisierung anmeldungerforderlich authentification
        autenticacion autenticazione autenticacao authenticatie uwierzytelnianie overeni
        autentisering godkendelse аутентификация 認証 authmethod authtype""",
    Column.USER: """имяпользователя 사용자 사용자이름 kullanici kullaniciadi kayttaja kayttajatunnus ονομαχρηστη
        anmeldename benutzerid user username userid login loginname logon account_user
        benutzer benutzername benutzerkennung nutzer nutzername anwender kennung utilisateur
        nomdutilisateur nomutilisateur identifiant usuario nombredeusuario utente nomeutente
        nomedeusuario utilizador gebruiker gebruikersnaam uzytkownik użytkownik
        nazwauzytkownika nazwaużytkownika uzivatel uzivatelskejmeno anvandare anvandarnamn
        bruger brugernavn bruker brukernavn пользователь логин ユーザー ユーザー名 用户 用户名 authuser""",
    Column.PASSWORD: """비밀번호 sifre salasana κωδικος password pass passwd pwd pw passwort kennwort passphrase
        apppassword apikey motdepasse mdp contrasena clave senha parola parolachiave
        wachtwoord haslo hasło heslo losenord adgangskode kodeord passord пароль パスワード 密码
        authpassword authpass secret""",
    Column.FROM_ADDRESS: """von expedition adressedexpedition adressedelexpediteur 发件人地址 보낸사람
        gonderen lahettaja
        from fromaddress fromemail frommail sender senderaddress senderemail mailfrom
        defaultfrom envelopefrom absender absenderadresse absendermail expediteur
        adressedexpediteur adresseexpediteur remitente direccionremitente mittente
        indirizzomittente remetente afzender nadawca odesilatel avsandare afsender avsender
        отправитель 差出人 发件人""",
    Column.FROM_NAME: """nomaffiche nomevisualizzato nombremostrado fromname sendername displayname
        absendername anzeigename nomexpediteur nomdexpediteur nombreremitente nomemittente
        nomeremetente afzendernaam""",
    Column.TYPE: "type kind typ art provider anbieter tipo genre soort rodzaj тип",
    Column.TENANT_ID: "tenant tenantid directoryid mandant mandantenid verzeichnisid",
    Column.CLIENT_ID: "client clientid appid applicationid anwendungsid",
    Column.CLIENT_SECRET: "clientsecret appsecret applicationsecret geheimnis clientgeheimnis geheimerclientschluessel",
    Column.SIGNATURE: "signature signatur unterschrift firma podpis assinatura handtekening",
    Column.DESCRIPTION: """description comment comments note notes remark remarks beschreibung kommentar
        bemerkung bemerkungen notiz notizen commentaire remarque descripcion comentario
        observaciones descrizione commento descricao beschrijving opmerking opis uwagi
        poznamka""",
    Column.TAGS: "tags tag group groups gruppe gruppen kategorie category groupe etiquetas",
    Column.EHLO_NAME: "ehlo helo ehloname heloname nameinehlo localdomain",
    Column.MAIL: """メールアドレス 邮箱 이메일 adresa direcciondecorreo sahkoposti email mail emailaddress
        mailaddress mailbox emailadresse mailadresse postfach adresse adressemail
        adresseemail courriel correo correoelectronico indirizzoemail endereco eposta epost""",
}
# Of the words of a header, the first of these counts.
_TELLING = (Column.PASSWORD, Column.USER, Column.PORT, Column.ENCRYPTION, Column.FROM_ADDRESS, Column.HOST)
_DOUBTFUL = frozenset(
    ["reply", "to", "cc", "bcc", "date", "last", "old", "id", "type", "location", "count", "proxy", "api"]
)
_COLUMNS = {_plain(word): column for column, words in _HEADERS.items() for word in words.split()}
_PREFIXES = ("smtp", "mail", "email", "outgoing", "server")
_OTHER_SERVERS = re.compile(r"imap|pop3?|incoming|posteingang|entrant|entrante")

_TRUE_WORDS = "ja oui si sim tak ano sann да yes true wahr vrai verdadero vero x ✓ ✔ an aktiv aktiviert required"
_FALSE_WORDS = "nein non nao nie nee nej ne net нет no false falsch faux falso aus inaktiv - ✗ ✘ n/a"
_TRUE, _FALSE = frozenset(_TRUE_WORDS.split()), frozenset(_FALSE_WORDS.split())
_ENCRYPTION = {
    Encryption.IMPLICIT: "ssl ssltls tlsssl smtps implicit implizit implicite implicito implicittls implizitestls",
    Encryption.STARTTLS: """tls starttls explicit explizit explicittls tls12 tls13 tlsv12 tlsv13 encrypted
        verschluesselt""",
    Encryption.NONE: """none plain plaintext clear cleartext unencrypted keine keiner ohne unverschluesselt
        unverschlusselt aucun aucune sans ninguno ninguna sin nessuna nessuno nenhum nenhuma
        geen brak zadne ingen off disabled""",
    Encryption.IF_OFFERED: """optional opportunistic auto automatic automatisch ifavailable ifoffered
        starttlsifavailable tlsifavailable wennverfugbar may preferred""",
}
_MEANINGS = {word: meaning for meaning, words in _ENCRYPTION.items() for word in words.split()}
_NO_SIGN_IN_WORDS = "none keine ohne aucune aucun ninguna nessuna nenhuma geen brak anonymous anonym"
_NO_SIGN_IN = frozenset(_NO_SIGN_IN_WORDS.split())


def columns_of(cells: Sequence[str]) -> dict[int, Column]:
    """Returns what the columns under these headers say, by their places; those that say nothing of an SMTP are left
    out."""
    found = {place: column for place, cell in enumerate(cells) if (column := column_of(cell))}
    for place, cell in enumerate(cells):
        column = None if place in found else _telling_word(cell)
        if column and column not in found.values():
            found[place] = column
    return dict(sorted(found.items()))


def column_of(header: str) -> Column | None:
    """Returns what the column under a header says; None where that is nothing of an SMTP."""
    for text in (header, re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", header)):
        word = _plain(text)
        if _OTHER_SERVERS.search(word):
            return None
        if column := _COLUMNS.get(word) or _without_prefix(word):
            return column
    return None


def _telling_word(header: str) -> Column | None:
    """Returns what one word of a longer header says, as in EMAIL_HOST_PASSWORD; None where none says it for sure."""
    words = {_plain(word) for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", header)}
    if words & _DOUBTFUL or _OTHER_SERVERS.search(_plain(header)):
        return None
    columns = {_COLUMNS.get(word) for word in words}
    return next((column for column in _TELLING if column in columns), None)


def encryption_in(text: str) -> Encryption | None:
    """Returns what a cell says of encryption; None where it is not understood. A plain yes is STARTTLS."""
    if not text.strip():
        return Encryption.UNSAID
    yes = yes_or_no(text)
    if yes is not None:
        return Encryption.STARTTLS if yes else Encryption.NONE
    return _MEANINGS.get(_plain(text))


def yes_or_no(text: str) -> bool | None:
    """Returns what a word such as `ja`, `x` or `0` means; None where it is neither yes nor no, or nothing."""
    word = text.strip().casefold()
    if not word:
        return None
    if word in _TRUE or _plain(word) in _TRUE:
        return True
    return False if word in _FALSE or _plain(word) in _FALSE else plain_bool(word)


def sign_in_in(text: str) -> bool | None:
    """Returns whether a cell says that the SMTP is signed in to; None where it is empty."""
    if not text.strip():
        return None
    yes = yes_or_no(text)
    return _plain(text) not in _NO_SIGN_IN if yes is None else yes


def is_graph(text: str) -> bool:
    """Whether the type of an SMTP is Microsoft Graph."""
    return "graph" in _plain(text)


def _without_prefix(word: str) -> Column | None:
    for prefix in _PREFIXES:
        for rest in (word.removeprefix(prefix), word.removesuffix(prefix)):
            if rest != word and (column := _COLUMNS.get(rest)):
                return column
            if rest != word and rest.startswith("smtp") and (column := _COLUMNS.get(rest[4:])):
                return column
    return None

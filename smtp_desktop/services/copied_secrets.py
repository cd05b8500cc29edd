"""The secrets that a copy of an SMTP has as well."""

from smtp_desktop.domain.smtp.profile import SecretField

COPIED = {
    SecretField.CLIENT_SECRET: "The client secret of {name} is no longer in the keyring. Enter it again in {name} "
    "first.",
    SecretField.SERVICE_ACCOUNT: "The key of {name} is no longer in the keyring. Enter it again in {name} first.",
    SecretField.CERTIFICATE: "The certificate of {name} is no longer in the keyring. Import it again in {name} first.",
    SecretField.NEXT_CERTIFICATE: "The next certificate of {name} is no longer in the keyring. Remove it in {name} "
    "first.",
}
"""Each with the words where it is missing. Not tokens: see `Profiles.duplicate`."""

"""What a guess at a passphrase costs in tests: nothing to speak of."""

from smtp_desktop.vault.sealing import Argon2Cost

CHEAP = Argon2Cost(memory_kib=8, iterations=1, lanes=1)

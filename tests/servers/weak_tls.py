"""Contexts of servers whose TLS is too weak for today's clients."""

import ssl

import trustme

# Made by OpenSSL for this test alone, since no library makes such things any more: a CA, a certificate for this
# computer that it signed with SHA-1, and parameters for a Diffie-Hellman key of 1024 bits.
_CA = """
-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUXKKKaxZ8jV/Nk8Th4e5FWO/JBSQwCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGT2xkIENBMCAXDTI2MTEzMDAzMTMwNloYDzIxMjYxMTA2MDMx
MzA2WjARMQ8wDQYDVQQDDAZPbGQgQ0EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARnExy/TqE253ADGblNF9FGuHB1Z9k4P0HLZ91JmJXXqJa/d/cK+RVgbx3KbtaA
fEnaZbFBYSppXQz4pmQiEIe7o1MwUTAdBgNVHQ4EFgQUiDyTO+e35oFhdDSFCO+M
qlxv0PUwHwYDVR0jBBgwFoAUiDyTO+e35oFhdDSFCO+Mqlxv0PUwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAuiGXA1+5AG4DNQhhCjLHee76cVG8
4heOEE12wOzXBjICIB4toU0ipTiOBQm1KTRdqCO4iXE+nowDv4lKp/3qCp1o
-----END CERTIFICATE-----
"""
_SHA1 = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFJX/gkpnki4M6BCS
Gtf7ks30W34ZMECDpTI/5jyoCFmhRANCAARbVvSssRMTT6AFujgOWd8gHNoy9muX
QkuiyhUZ1Rcq7xnJQSwdFMggi0qMWs1smJd6L/yAuc/QieJsxzTy6DdM
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBkDCCATegAwIBAgIUBpA9tx0z3sw2jnOUXwHqSWI5zf8wCQYHKoZIzj0EATAR
MQ8wDQYDVQQDDAZPbGQgQ0EwIBcNMjYxMTMwMDMxMzA2WhgPMjEyNjExMDYwMzEz
MDZaMBQxEjAQBgNVBAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABFtW9KyxExNPoAW6OA5Z3yAc2jL2a5dCS6LKFRnVFyrvGclBLB0UyCCLSoxa
zWyYl3ov/IC5z9CJ4mzHNPLoN0yjaTBnMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcE
fwAAATAJBgNVHRMEAjAAMB0GA1UdDgQWBBTmaH0FNNJx6u+hIN25qOpaDuyzGjAf
BgNVHSMEGDAWgBSIPJM757fmgWF0NIUI74yqXG/Q9TAJBgcqhkjOPQQBA0gAMEUC
IGmP0KWmOPE1RCGc97XavtkEqlAqgR0W9MnW6iqry59DAiEAvGZrkzzzjfPWt0qu
mn5ANv494lt3n0YOf0a6Y0GbBO0=
-----END CERTIFICATE-----
"""
_DH_1024 = """
-----BEGIN DH PARAMETERS-----
MIGHAoGBANCSD2EZqQptQjHgnfAAgkZjSRx6NJA8NwWW4vVxRxnb/p+IhAxDK7wf
uiHzW6Dc1uj/2aXGSwY1CwPcxu8DoDg/vFBoCS9SP7D9V/qD868osdQzEr7IIJEM
WMui+mLCiUfvPfqA8vamQp8Zg7JkyEFVdXiuUIGPb0iJu2mCGl/PAgEC
-----END DH PARAMETERS-----
"""


def _permissive(ciphers: str = "ALL") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return context


def sha1_context() -> tuple[ssl.SSLContext, str]:
    """Returns a context whose certificate for this computer is signed with SHA-1, and the CA that signed it."""
    context = _permissive()
    with trustme.Blob(_SHA1.encode()).tempfile() as path:
        context.load_cert_chain(path)
    return context, _CA


def weak_dh_context() -> tuple[ssl.SSLContext, str]:
    """Returns a context with nothing but a short Diffie-Hellman key for handshakes, and the CA of its certificate."""
    ca = trustme.CA()
    certificate = ca.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.RSA)
    context = _permissive("DHE-RSA-AES256-GCM-SHA384")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with certificate.private_key_and_cert_chain_pem.tempfile() as path:
        context.load_cert_chain(path)
    with trustme.Blob(_DH_1024.encode()).tempfile() as path:
        context.load_dh_params(path)
    return context, ca.cert_pem.bytes().decode()

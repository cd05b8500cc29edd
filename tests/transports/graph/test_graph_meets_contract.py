"""Every kind of request, checked against Microsoft's OpenAPI description of Graph where that is available."""

import pytest
from graph_driver import GraphDriver, a_mail
from servers.microsoft.graph_contract import check_against_contract, contract_path
from servers.microsoft.tenant import Microsoft

from smtp_desktop.domain.mail.message import Attachment


@pytest.mark.skipif(contract_path() is None, reason="the description of Graph (OpenAPI) is not available")
def test_every_request_meets_the_contract(servers: Microsoft) -> None:
    servers.graph.permissions |= {"Mail.ReadWrite"}
    servers.graph.fill(30)
    files = (Attachment(name="large", content=bytes(4_000_000)), Attachment(name="small", content=b"1"))
    for driver in (GraphDriver(servers), GraphDriver(servers).app_only()):
        for mail in (None, a_mail(), a_mail(*files)):
            assert driver.converse(mail).failure is None
        page = driver.newest()
        driver.newest(page.next)
        driver.open(page.mails[0].id)
        servers.graph.drop_next("createUploadSession")
        driver.converse(a_mail(*files))
    methods = {call.method for call in servers.graph.calls}
    assert methods == {"GET", "POST", "PUT", "DELETE"}
    check_against_contract(servers.graph.calls)

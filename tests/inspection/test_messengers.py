"""Every way out over real servers on loopback: what arrives, and what a refusal says."""

from __future__ import annotations

import logging
from functools import partial

import pytest

from include.embedded.services import free_port
from include.inspection.outbox.messengers import Messengers, SendError
from tests.inspection.fetch.conftest import Authority
from tests.inspection.post_office import (
    DING_SECRET,
    FEISHU_SECRET,
    PASSWORD,
    Mailbox,
    Receiver,
    http_server,
    settings,
    smtp_server,
)

pytestmark = pytest.mark.slow

TITLE, BODY = "【红色预警】甲县人民政府：首页无法打开", "连续 3 次探测均未打开。\n请尽快处理。"
FACTS = {"key": "w-1", "level": "red", "unit": "甲县政府办", "subject_id": "4408000001"}
WECOM, DING = "/cgi-bin/webhook/send", "/robot/send"
FEISHU, HOOK = "/open-apis/bot/v2/hook/feishu-token-3/", "/oa/hook"
SECRETS = (PASSWORD, DING_SECRET, FEISHU_SECRET, "wecom-key-1", "dingtoken2", "feishu-token-3", "oa-secret-9")


@pytest.fixture
def receiver():
    found = Receiver()
    with http_server(found):
        yield found


@pytest.fixture
def mailbox():
    found = Mailbox()
    with smtp_server(found):
        yield found


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


def messengers(receiver: Receiver, smtp_port: int = 1) -> Messengers:
    return Messengers(settings(receiver, smtp_port))


def send(found: Messengers, channel: str, address: str = "office", body: str = BODY) -> None:
    found.send(channel, address, TITLE, body, FACTS)


def test_an_e_mail_arrives_as_plain_text_with_its_key(receiver, mailbox):
    send(messengers(receiver, mailbox.port), "email", "li@example.gov.cn")
    (mail,) = mailbox.mails
    assert mail.to == ["li@example.gov.cn"] and mail.subject == TITLE
    assert "连续 3 次探测均未打开。" in mail.text and "请尽快处理。" in mail.text
    assert mail.headers["X-Inspection-key"] == "w-1"
    assert "wangjian@example.gov.cn" in mail.headers["From"]


def test_markup_in_a_text_stays_text(receiver, mailbox):
    send(
        messengers(receiver, mailbox.port),
        "email",
        "li@example.gov.cn",
        "<script>alert(1)</script> & <b>粗</b>",
    )
    assert "<script>alert(1)</script> & <b>粗</b>" in mailbox.mails[0].text
    assert "text/html" not in mailbox.mails[0].headers["Content-Type"]


def test_a_mailbox_that_does_not_exist_closes_only_itself(receiver, mailbox):
    mailbox.refused.add("nobody@example.gov.cn")
    with pytest.raises(SendError, match="拒收") as caught:
        send(messengers(receiver, mailbox.port), "email", "nobody@example.gov.cn")
    assert not caught.value.whole_channel and mailbox.mails == []


def test_a_mail_server_that_is_down_or_does_not_know_us_closes_e_mail(receiver, mailbox):
    with pytest.raises(SendError, match="连接失败") as caught:
        send(messengers(receiver, free_port()), "email", "li@example.gov.cn")
    assert caught.value.whole_channel
    wrong = settings(receiver, mailbox.port)
    wrong["email"]["password"] = "not-this-one"
    with pytest.raises(SendError, match="535") as caught:
        send(Messengers(wrong), "email", "li@example.gov.cn")
    assert caught.value.whole_channel and "not-this-one" not in str(caught.value)


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_mail_over_tls_from_a_server_whose_certificate_is_known(receiver, authority, monkeypatch, security):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    found = Mailbox()
    over = settings(receiver, found.port)
    over["email"]["security"] = security
    with smtp_server(found, authority.context(), starttls=security == "starttls"):
        send(Messengers(over), "email", "li@example.gov.cn")
    assert [mail.subject for mail in found.mails] == [TITLE]


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_no_mail_and_no_password_to_a_server_that_cannot_prove_who_it_is(receiver, authority, security):
    found = Mailbox()
    over = settings(receiver, found.port)
    over["email"]["security"] = security
    served = smtp_server(found, authority.context(self_signed=True), starttls=security == "starttls")
    with served, pytest.raises(SendError, match=r"(?i)certificate"):
        send(Messengers(over), "email", "li@example.gov.cn")
    assert found.mails == []


@pytest.mark.parametrize(("channel", "path"), [("wecom", WECOM), ("dingtalk", DING), ("feishu", FEISHU)])
def test_a_robot_takes_title_and_text(receiver, channel, path):
    send(messengers(receiver), channel)
    assert receiver.texts(path) == [f"{TITLE}\n{BODY}"]


def test_a_webhook_takes_the_facts_as_json(receiver):
    send(messengers(receiver), "webhook", "oa")
    ((path, body),) = receiver.taken
    assert path == HOOK
    assert (body["title"], body["message"]) == (TITLE, BODY)
    assert {name: body[name] for name in FACTS} == FACTS
    assert receiver.headers[0]["Authorization"] == "Bearer oa-secret-9"


@pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])
def test_http_200_with_a_code_is_no_delivery(receiver, channel):
    wrong = settings(receiver, 1)
    wrong["wecom"]["office"]["key"] = "other-key"
    wrong["dingtalk"]["office"]["secret"] = "SECother"
    wrong["feishu"]["office"]["secret"] = "other"
    with pytest.raises(SendError, match=r"没有接收消息（(93000|310000|19021)："):
        send(Messengers(wrong), channel)
    assert receiver.asked == 1 and receiver.taken == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, b"{}"), "HTTP 500"),
        ((200, b"<html>login</html>"), "应答无法识别"),
        ((200, b"[0]"), "应答无法识别"),
        ((200, b'{"ok": true}'), "应答无法识别"),
        ((200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}'), "45009：api freq out of limit"),
        ((200, b"0" * 100_000), "应答过大"),
        ((302, b"/cgi-bin/elsewhere"), "HTTP 302"),
    ],
)
def test_any_other_answer_is_no_delivery(receiver, answer, reason):
    receiver.answers[WECOM] = answer
    with pytest.raises(SendError, match=reason):
        send(messengers(receiver), "wecom")
    assert receiver.asked == 1 and receiver.taken == []


@pytest.mark.parametrize("answer", [(500, b""), (404, b""), (307, b"/elsewhere")])
def test_a_webhook_that_does_not_say_2xx_is_no_delivery(receiver, answer):
    receiver.answers[HOOK] = answer
    with pytest.raises(SendError, match=f"应答 {answer[0]}"):
        send(messengers(receiver), "webhook", "oa")
    assert receiver.asked == 1, "a redirect is not followed"


@pytest.mark.parametrize(("channel", "address"), [("wecom", "office"), ("webhook", "oa")])
def test_nobody_listens(channel, address):
    with pytest.raises(SendError, match="连接失败"):
        send(messengers(Receiver()), channel, address)


def test_a_long_chinese_text_is_cut_to_what_a_robot_takes_in_bytes(receiver):
    """A robot of 企业微信 refuses more than 2,048 bytes, which is not even 700 characters."""
    send(messengers(receiver), "wecom", body="长" * 2_000)
    (text,) = receiver.texts(WECOM)
    assert len(text.encode()) <= 2048 and text.endswith("（内容过长，后略）") and text.startswith(TITLE)


@pytest.mark.parametrize("channel", ["email", "wecom", "dingtalk", "feishu", "webhook"])
def test_only_what_the_settings_name_can_be_reached(channel):
    with pytest.raises(SendError, match="inspection_messengers 里没有"):
        send(Messengers({}), channel, "http://169.254.169.254/latest")


@pytest.fixture
def root_log():
    """Every record that reaches the root logger, where a task's log is written, at any level."""
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler, root = Keep(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield records
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_secret_reaches_a_log_or_a_reason(receiver, mailbox, root_log, monkeypatch, request):
    """The HTTP client tells whole addresses at level INFO, and those of robots hold their keys."""
    client = logging.getLogger("httpx")
    # Whatever another test's logging set-up left behind.
    monkeypatch.setattr(client, "disabled", False)
    request.addfinalizer(partial(client.setLevel, client.level))
    client.setLevel(logging.INFO)
    good, dead = messengers(receiver, mailbox.port), messengers(Receiver(), free_port())
    told = []
    for channel, address in (
        ("email", "li@example.gov.cn"),
        ("wecom", "office"),
        ("dingtalk", "office"),
        ("feishu", "office"),
        ("webhook", "oa"),
    ):
        send(good, channel, address)
        with pytest.raises(SendError) as caught:
            send(dead, channel, address)
        told.append(str(caught.value))
    told += [record.getMessage() for record in root_log]
    assert not [secret for secret in SECRETS if secret in "\n".join(told)]
    assert not [record for record in root_log if BODY[:10] in record.getMessage()]
    client.info("the client speaks again afterwards")
    assert any("afterwards" in record.getMessage() for record in list(root_log))


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"wecom": {"office": {}}}, "wecom.office"),
        ({"wecom": {"office": {"key": "a key with spaces"}}}, "wecom.office.key"),
        ({"webhook": {"oa": {"url": "file:///etc/passwd"}}}, "webhook.oa.url"),
        ({"webhook": {"oa": {"url": "http://user:pw@host/"}}}, "webhook.oa.url"),
        ({"email": {"host": "mail", "from": "a@b.cn", "password": 12345}}, "email.password"),
        ({"telegram": {}}, "最外层"),
    ],
)
def test_settings_that_do_not_hold_are_told_by_place_and_never_by_value(broken, place):
    with pytest.raises(ValueError, match="inspection_messengers") as caught:
        Messengers(broken)
    assert place in str(caught.value)
    for value in ("spaces", "passwd", "pw@", "12345"):
        assert value not in str(caught.value)

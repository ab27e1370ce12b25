"""Recognising answers that are not the page: challenges, blocks, logins, binary files.

A guard's page is short: it has hardly a link and hardly a word beside its script. A page with links of its
own is never one, whatever it mentions: a home page with a login box stays a home page.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from include.inspection.fetch.outcomes import Outcome

_LOOKED_AT = 256 * 1024
_LINKS_OF_A_PAGE = 8
_SHORT_TEXT = 400
_VERY_SHORT_TEXT = 160

# every branch ends at the end of the text at the latest: a page of 100,000 open brackets must cost no more
_DROPPED = re.compile(
    r"<(script|style|noscript)\b.*?(</\1\b[^>]{0,20}>|$)|<!--.*?(-->|$)|<[^>]*(>|$)|&[a-z#0-9]{1,12};",
    re.S | re.I,
)
_SCRIPT_WALL = re.compile(
    r"\$_ts\b|__jsl_clearance|acw_sc__v[23]|_{5}tmd_{5}|x5secdata|cf_chl_|cf-chl-|wzws_?(challenge|confirm)|"
    r"yunsuo_session_verify|security_verify_data|safelinechallenge|sl-challenge|aliyun_waf_(aa|bb|oo)|"
    r"_guard/(auto|slide|click)\.js|eo_bot_ssid|__tst_status|tencentcaptcha|geetest",
    re.I,
)
_CHALLENGE_WORDS = re.compile(
    r"人机(识别|验证)|滑动验证|滑块|安全验证(?!码)|访问验证|请.{0,6}(完成|进行|通过).{0,6}验证|请输入.{0,4}验证码|"
    r"正在(检测|验证|检查).{0,6}浏览器|浏览器安全检查|请开启\s*javascript|just a moment|"
    r"checking your browser|"
    r"verify (that )?you are (a )?human|enable javascript and cookies",
    re.I,
)
_BLOCK_WORDS = re.compile(
    r"aliyun_waf|errors\.aliyun\.com|waf-?block|cloudwaf|safedog|安全狗|云锁|yunsuo|创宇盾|知道创宇|yunaq|"
    r"网防g01|d盾|护卫神|雷池|safeline|长亭|云盾|玄武盾|网站卫士|云加速|web\s*应用防火墙|网站防火墙|waf拦截|"
    r"(访问|请求|操作).{0,12}(被|已).{0,6}(阻断|拦截|拒绝|阻止|禁止)|"
    r"(已被|遭到|触发).{0,8}(拦截|防护)|拦截提示|"
    r"(存在|包含|带有).{0,6}(不合法|非法|恶意|威胁|危险|攻击|风险).{0,6}(参数|行为|内容|字符|请求)?|"
    r"request (has been |was )?blocked|access denied.{0,40}(firewall|security)|"
    r"the requested url was rejected",
    re.I,
)
#: Said instead of the page to whom asks too often, with status 200.
_BUSY_WORDS = re.compile(
    r"(?:访问|操作|请求|点击|刷新)(?:次数)?(?:过于|太|过)(?:频繁|快|多)|(?:系统|服务器?|网络|网站)(?:正|较|比较|过于)?(?:繁忙|忙)|"
    r"请?稍[后候](?:片刻)?.{0,3}(?:再试|重试|再访问|刷新)|too many requests|server is busy",
    re.I,
)
_LINK = re.compile(rb"<[aA] ")
_DATA = re.compile(rb"(\xef\xbb\xbf)?\s*([{\[]|<(rss|feed|urlset)\b|<\?xml(?![^\0]{0,400}<html))", re.I)
_PASSWORD_FIELD = re.compile(rb"<input\b[^>]{0,400}\btype\s*=\s*[\"']?password", re.I)
_LOGIN_ADDRESS = re.compile(r"log-?in|sign-?in|logon|passport|/sso\b|/cas/|/oauth|/auth\b|denglu|uaa/", re.I)
_GUARD_ADDRESS = re.compile(r"captcha|_{5}tmd_{5}|/waf|verify_?(code|human)|challenge", re.I)
_RELOADS = re.compile(r"location\s{0,4}(\.\s{0,4}(href|reload|replace|assign))?\s{0,4}[=(]", re.I)

_GUARD_STATUS = {412, 468, 521}
_BLOCK_STATUS = {400, 403, 404, 405, 406, 410, 418, 493, 499, 501, 503}


def recognise(
    url: str, final_url: str, status: int, headers: Mapping[str, str], body: bytes
) -> tuple[Outcome, str] | None:
    """CHALLENGE, BLOCKED or LOGIN with the mark it was known by, or None for an ordinary answer.

    ``headers`` have lower-case names; ``body`` is content-decoded.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return Outcome.CHALLENGE, "cf-mitigated"
    moved = url != final_url
    if 200 <= status < 300:
        if moved and _asks_to_log_in(url, final_url, body):
            return Outcome.LOGIN, f"跳转到 {urlsplit(final_url).path[:80]}，页面要求输入密码"
        if _DATA.match(body) or (not body and status != 202):
            return None
        if status != 202 and _has_links_of_a_page(body):
            return None
    text = _text(body)
    words = " ".join(_DROPPED.sub(" ", text).split())
    if status in _GUARD_STATUS or status == 202:
        mark = _SCRIPT_WALL.search(text) or _CHALLENGE_WORDS.search(words)
        cookie = "__jsl" in headers.get("set-cookie", "")
        # Nothing but a script: the browser is to run it and ask again.
        bare = "<script" in text.lower() and (status == 412 or not words)
        if mark or cookie or bare:
            return Outcome.CHALLENGE, f"状态 {status} {mark.group(0)[:40] if mark else ''}".rstrip()
    return _short_page(url, final_url, status, text, words, body)


def _has_links_of_a_page(body: bytes) -> bool:
    """Counts no further than needed: the other end of a large page need not be looked at."""
    return sum(1 for _ in itertools.islice(_LINK.finditer(body), _LINKS_OF_A_PAGE)) == _LINKS_OF_A_PAGE


def _short_page(
    url: str, final_url: str, status: int, text: str, words: str, body: bytes
) -> tuple[Outcome, str] | None:
    refused = status in _BLOCK_STATUS
    short = len(words) <= _SHORT_TEXT
    if (wall := _SCRIPT_WALL.search(text)) and (short or status not in (200, 404, 410)):
        if refused and (block := _BLOCK_WORDS.search(text)):
            return Outcome.BLOCKED, block.group(0)[:40]
        return Outcome.CHALLENGE, wall.group(0)[:40]
    if (
        (block := _BLOCK_WORDS.search(text if refused else words))
        and short
        and (refused or len(words) <= 200)
    ):
        return Outcome.BLOCKED, block.group(0)[:40]
    if len(words) > _VERY_SHORT_TEXT:
        return _login_form(status, short, body)
    if mark := _CHALLENGE_WORDS.search(words):
        return Outcome.CHALLENGE, mark.group(0)[:40]
    if 200 <= status < 300 and (mark := _BUSY_WORDS.search(words)):
        return Outcome.RATE_LIMITED, mark.group(0)[:40]
    if url != final_url and _GUARD_ADDRESS.search(urlsplit(final_url).path):
        return Outcome.CHALLENGE, urlsplit(final_url).path[:80]
    if not words and "document.cookie" in text and _RELOADS.search(text):
        return Outcome.CHALLENGE, "写入 cookie 后重新加载"
    return _login_form(status, short, body)


def _login_form(status: int, short: bool, body: bytes) -> tuple[Outcome, str] | None:
    if status == 200 and short and _PASSWORD_FIELD.search(body[:_LOOKED_AT]):
        return Outcome.LOGIN, "页面只有登录表单"
    return None


def _asks_to_log_in(url: str, final_url: str, body: bytes) -> bool:
    before, after = urlsplit(url), urlsplit(final_url)
    return (
        _LOGIN_ADDRESS.search(f"{after.netloc}{after.path}") is not None
        and _LOGIN_ADDRESS.search(f"{before.netloc}{before.path}") is None
        and _PASSWORD_FIELD.search(body[:_LOOKED_AT]) is not None
    )


def _text(body: bytes) -> str:
    head = body[:_LOOKED_AT]
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError:
        return head.decode("gb18030", "replace")


_BINARY_TYPES = re.compile(
    r"^(image|audio|video|font)/|^application/(pdf|zip|gzip|x-(rar|7z|tar|gzip|zip|msdownload)|vnd\.|msword|java-archive)"
)
_TEXT_IN_BINARY_TYPES = re.compile(r"xml|json|html")
_NOT_IN_TEXT = bytes(set(range(32)) - set(b"\t\n\x0b\f\r\x1b"))


def declared_binary(content_type: str) -> bool:
    """Whether a Content-Type announces something that is certainly no page, feed or data."""
    kind = content_type.partition(";")[0].strip().lower()
    return _BINARY_TYPES.match(kind) is not None and _TEXT_IN_BINARY_TYPES.search(kind) is None


def is_binary(body: bytes) -> bool:
    """Whether the bytes are no text in any encoding that pages use."""
    head = body[:1024]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if head.startswith(
        (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!")
    ):
        return True
    return len(head) - len(head.translate(None, _NOT_IN_TEXT)) > len(head) // 50

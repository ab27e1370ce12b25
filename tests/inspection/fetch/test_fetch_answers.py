"""Challenge, block and login pages are known for what they are; ordinary pages are left alone."""

from __future__ import annotations

import time

import pytest

from include.inspection.fetch.answers import recognise
from include.inspection.fetch.outcomes import Outcome

URL = "http://www.example.gov.cn/"
LINKS = "".join(f'<li><a href="/a/{n}.html">第{n}号通知</a></li>' for n in range(20))
RUISHU = "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>"


def known(status, body, *, final=URL, headers=None, url=URL):
    raw = body if isinstance(body, bytes) else body.encode()
    found = recognise(url, final, status, headers or {}, raw)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (412, RUISHU, {}),
        (202, RUISHU, {}),
        (200, RUISHU, {}),
        (412, "<html><script src='/4QbVtADbnLVIc/c.js'></script></html>", {}),
        (521, "<script>document.cookie=('_')+('_')+('j')+('s');location.href=location.pathname</script>",
         {"set-cookie": "__jsluid_h=0123; path=/"}),
        (521, "<script>document.cookie=('_')+('_')+('jsl')+';path=/';location.href=location.pathname</script>", {}),
        (468, "<html><script src='/x.js'></script></html>", {}),
        (403, "<script>document.cookie='k=1';location.reload()</script>", {}),
        (521, "<script>var __jsl_clearance='x'</script>", {}),
        (200, "<html><script>var arg1='3A4B';document.cookie='acw_sc__v2='+x</script></html>", {}),
        (200, "<html><script>location.href='/_____tmd_____/punish?x5secdata=abc'</script></html>", {}),
        (403, "<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>", {}),
        (403, "<html></html>", {"cf-mitigated": "challenge"}),
        (503, "<html><body>正在检测您的浏览器，请稍候</body></html>", {}),
        (200, "<html><title>安全验证</title><body>请完成下方滑动验证后继续访问</body></html>", {}),
        (200, "<html><script>document.cookie='k=1';window.location.reload();</script></html>", {}),
        (200, "<html><script>var s='yunsuo_session_verify';</script></html>", {}),
        (468, "<html><script src='/.safeline/static/x.js'></script>正在检测浏览器</html>", {}),
        (200, "<html><body>请输入验证码<input name='code'></body></html>".encode("gb18030"), {}),
    ],
)  # fmt: skip
def test_challenges(status, body, headers):
    assert known(status, body, headers=headers) is Outcome.CHALLENGE


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (405, "<html><body>由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</body></html>"),
        (405, "<!doctypehtml><title>405</title><div id='traceid' data='aliyun_waf'></div>"),
        (403, "<html><title>网站防火墙</title>您的请求带有不合法参数，已被拦截</html>".encode("gb18030")),
        (403, "<html>当前访问疑似黑客攻击，已被创宇盾拦截</html>"),
        (200, "<html><title>网防G01</title><body>您的请求已被拦截</body></html>"),
        (404, "<html>安全狗：您的请求存在威胁</html>"),
        (501, "<html>The requested URL was rejected. Your request has been blocked</html>"),
        (418, "<html>CloudWAF 访问被拦截</html>"),
    ],
)  # fmt: skip
def test_blocks(status, body):
    assert known(status, body) is Outcome.BLOCKED


LOGIN = "<html><form action='/login'><input name=u><input type='password' name=p>登录</form></html>"


@pytest.mark.parametrize(
    ("body", "final"),
    [
        (LOGIN, "http://www.example.gov.cn/login?back=%2F"),
        (LOGIN + LINKS, "https://sso.example.gov.cn/cas/login"),
        (LOGIN, URL),
    ],
)
def test_logins(body, final):
    assert known(200, body, final=final) is Outcome.LOGIN


@pytest.mark.parametrize(
    ("status", "body", "final"),
    [
        (200, f"<html>{LINKS}<form><input type=password>登录 验证码</form></html>", URL),
        (200, f"<html>{LINKS}<form><input type=password></form></html>", "http://www.example.gov.cn/index.html"),
        (200, f"<html><script>$_ts=window['$_ts']</script>{LINKS}</html>", URL),
        (200, f"<html>{LINKS}<script src='/cdn-cgi/challenge-platform/jsd/main.js'></script></html>", URL),
        (200, "<html><h1>关于启用滑动验证的通知</h1>" + "为保障办事安全，自本月起启用安全验证。" * 20, URL),
        (200, "<html>" + "某企业非法排污被依法查处，相关账户被冻结，出入口已被拦截封闭。" * 16, URL),
        (200, "<html><meta http-equiv=refresh content='0;url=/index.html'></html>", URL),
        (200, "<html><script>location.href='/zwgk/index.html'</script></html>", URL),
        (200, "<html><frameset><frame src=main.html></frameset></html>", URL),
        (403, "<html><h1>403 Forbidden</h1><hr>nginx</html>", URL),
        (404, "<html><h1>404</h1>您访问的页面不存在 <a href='/'>返回首页</a></html>", URL),
        (500, "<html>Internal Server Error</html>", URL),
        (503, "<html>系统维护中</html>", URL),
        (202, "<html>Accepted</html>", URL),
        (200, "", URL),
        (200, "<rss><channel><item><title>网络安全验证码的故事</title></item></channel></rss>", URL),
        (200, '{"rows":[]}', URL),
    ],
)  # fmt: skip
def test_ordinary_answers_are_left_alone(status, body, final):
    assert known(status, body, final=final) is None


@pytest.mark.parametrize(
    "unit", ["<!--", "<", "<script>", "&", "<input type", "location ", "请", "web ", "访问被"]
)
@pytest.mark.parametrize("status", [200, 403, 412])
def test_a_page_made_to_be_slow_to_look_at_is_not(unit, status):
    body = (unit * 260_000).encode()[:260_000]
    began = time.process_time()
    recognise(URL, URL + "x", status, {}, body)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "words", ["您的访问过于频繁，请稍后再试", "系统繁忙，请稍候……", "操作太频繁", "服务器繁忙，请稍后重试"]
)
def test_busy_servers_say_so_in_place_of_the_page(words):
    page = f'<html><body><div class="box"><p>{words}</p></div></body></html>'
    assert known(200, page) is Outcome.RATE_LIMITED
    assert known(200, f"{page}<ul>{LINKS}</ul>") is None
    assert known(200, page.replace(words, words + "工作动态" * 50)) is None

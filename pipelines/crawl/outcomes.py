"""How a fetch can end. The values are contract: they stand in ``crawl.fetches.outcome``."""

from enum import StrEnum


class Outcome(StrEnum):
    """Outcome class of one fetch."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    UNCHANGED = "unchanged"
    IMAGES_ONLY = "images_only"
    END_OF_LIST = "end_of_list"
    SHRUNK = "shrunk"
    BLOCKED_JS_CHALLENGE = "blocked_js_challenge"
    BLOCKED_CAPTCHA = "blocked_captcha"
    BLOCKED_LOGIN = "blocked_login"
    FORBIDDEN = "forbidden"
    SOFT_404 = "soft_404"
    NEEDS_RENDER = "needs_render"
    REFUSED_BY_GUARD = "refused_by_guard"
    DISALLOWED_BY_ROBOTS = "disallowed_by_robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    WRONG_TYPE = "wrong_type"
    NOT_FOUND = "not_found"
    TIMEOUT = "timeout"
    CONNECTION_FAILED = "connection_failed"
    TLS_FAILED = "tls_failed"
    SERVER_ERROR = "server_error"
    THROTTLED = "throttled"
    DEFERRED = "deferred"

    @property
    def label_zh(self) -> str:
        """Chinese name, for reports to an operator."""
        return _LABELS[self]

    @property
    def advice(self) -> str:
        """What an operator can do about it; empty when there is nothing to do."""
        return _ADVICE.get(self, "")

    @property
    def is_good(self) -> bool:
        """The server gave the page, confirmed the one we hold, or said that a list has no further page."""
        return self in _GOOD

    @property
    def is_wall(self) -> bool:
        """The site keeps crawlers out. Recorded and left alone, never bypassed."""
        return self in _WALLS

    @property
    def is_transient(self) -> bool:
        """Worth another try in the same run."""
        return self in _TRANSIENT


_GOOD = frozenset({Outcome.FETCHED, Outcome.NOT_MODIFIED, Outcome.UNCHANGED, Outcome.IMAGES_ONLY, Outcome.END_OF_LIST})
_WALLS = frozenset({Outcome.BLOCKED_JS_CHALLENGE, Outcome.BLOCKED_CAPTCHA, Outcome.BLOCKED_LOGIN, Outcome.FORBIDDEN})
_TRANSIENT = frozenset({Outcome.TIMEOUT, Outcome.CONNECTION_FAILED, Outcome.SERVER_ERROR, Outcome.THROTTLED})

_LABELS: dict[Outcome, str] = {
    Outcome.FETCHED: "已抓取",
    Outcome.NOT_MODIFIED: "未修改",
    Outcome.UNCHANGED: "内容相同",
    Outcome.IMAGES_ONLY: "正文仅有图片",
    Outcome.END_OF_LIST: "列表到此为止",
    Outcome.SHRUNK: "内容骤减，暂不采用",
    Outcome.BLOCKED_JS_CHALLENGE: "脚本验证拦截",
    Outcome.BLOCKED_CAPTCHA: "验证码拦截",
    Outcome.BLOCKED_LOGIN: "需要登录",
    Outcome.FORBIDDEN: "拒绝访问",
    Outcome.SOFT_404: "页面不存在（返回200）",
    Outcome.NEEDS_RENDER: "需浏览器渲染",
    Outcome.REFUSED_BY_GUARD: "地址不在许可范围",
    Outcome.DISALLOWED_BY_ROBOTS: "robots协议禁止",
    Outcome.ROBOTS_UNREACHABLE: "robots文件无法获取，暂缓",
    Outcome.TOO_LARGE: "超过大小上限",
    Outcome.TOO_MANY_REDIRECTS: "重定向过多",
    Outcome.WRONG_TYPE: "内容与类型不符",
    Outcome.NOT_FOUND: "页面不存在",
    Outcome.TIMEOUT: "超时",
    Outcome.CONNECTION_FAILED: "连接失败",
    Outcome.TLS_FAILED: "TLS握手失败",
    Outcome.SERVER_ERROR: "服务器错误",
    Outcome.THROTTLED: "访问过于频繁，被要求稍后再试",
    Outcome.DEFERRED: "站点异常，留待下次",
}

_WALLED = "open it in a browser, save it, and use gongkai import"
_ASKED_AGAIN = "nothing yet; it is asked again in every run"
_ADVICE: dict[Outcome, str] = {  # short enough for one cell of a table
    Outcome.SHRUNK: "compare with the archive; import it if it is right",
    Outcome.BLOCKED_JS_CHALLENGE: _WALLED,
    Outcome.BLOCKED_CAPTCHA: _WALLED,
    Outcome.BLOCKED_LOGIN: _WALLED,
    Outcome.FORBIDDEN: "try from another network, or use gongkai import",
    Outcome.SOFT_404: "look for the page's new address",
    Outcome.NOT_FOUND: "look for the page's new address",
    Outcome.NEEDS_RENDER: "find the list's data address, or use gongkai import",
    Outcome.REFUSED_BY_GUARD: "if genuine, list the host in allow_hosts of the source",
    Outcome.DISALLOWED_BY_ROBOTS: "the site keeps crawlers out; use gongkai import",
    Outcome.ROBOTS_UNREACHABLE: _ASKED_AGAIN,
    Outcome.TOO_LARGE: "raise GONGKAI_MAX_BYTES if the document is genuine",
    Outcome.TOO_MANY_REDIRECTS: "put the address it leads to into the source",
    Outcome.WRONG_TYPE: "look at it in a browser; a good version stays",
    Outcome.TIMEOUT: _ASKED_AGAIN,
    Outcome.CONNECTION_FAILED: _ASKED_AGAIN,
    Outcome.SERVER_ERROR: _ASKED_AGAIN,
    Outcome.TLS_FAILED: "set tls: legacy, or add the issuer to GONGKAI_CA_FILE",
    Outcome.THROTTLED: "raise delay_seconds of the source if it keeps happening",
    Outcome.DEFERRED: _ASKED_AGAIN,
}

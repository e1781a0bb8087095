# ruff: noqa: E501 - a table of words: CJK counts double in the line length
"""What is crawled: sources, the governments they should cover, and every request."""

import pandera.polars as pa
import polars as pl

from schemas.tables.base import Table, Utc, column


class Sources(pa.DataFrameModel):
    """An address the crawl starts from."""

    source_id: pl.String = column("来源编号", "Unique id of the source.", "来源的唯一编号。", unique=True)
    province: pl.String = column("省份分区", "Partition.", "数据分区。")
    url: pl.String = column("网址", "Where the crawl starts.", "抓取起点。")
    kind: pl.String = column("类型", "column, report or enumerable.", "栏目、单页报告或可枚举接口。", nullable=True)
    site: pl.String = column("网站", "Whose site it is.", "所属网站。", nullable=True)
    region: pl.String = column("行政区划代码", "Division code of the site.", "网站所属区划代码。", nullable=True)
    listing: pl.String = column("列表类型", "Adapter for the list pages.", "列表页适配器。", nullable=True)
    delay_seconds: pl.Float64 = column(
        "间隔", "Least pause between two requests.", "两次请求的最小间隔。", unit="秒", nullable=True
    )
    known: pl.String = column("依据", "seen or derived.", "seen 见过；derived 推导。", nullable=True)
    allow_hosts: pl.String = column(
        "许可主机", "Hosts outside .gov.cn, comma-separated.", ".gov.cn 以外许可的主机。", nullable=True
    )
    tls: pl.String = column("TLS", "default, legacy or p256.", "default、legacy 或 p256。", nullable=True)
    enabled: pl.Boolean = column("启用", "Whether it is crawled.", "是否抓取。", nullable=True)

    class Config:
        strict = True


class Portals(pa.DataFrameModel):
    """A government and its portal."""

    region_path: pl.String = column(
        "地区", "Names of the divisions down to its own.", "逐级行政区划名称。", unique=True
    )
    region_code: pl.String = column(
        "行政区划代码", "Division code; null where the division has none of its own.", "行政区划代码；无独立代码时为空。", nullable=True,
        references="regions.region_code",
    )  # fmt: skip
    province: pl.String = column("省份分区", "Partition.", "数据分区。")
    portal_url: pl.String = column("门户网址", "Address of its portal.", "政府门户网站地址。")
    has_column: pl.Boolean = column(
        "有栏目", "An enabled source is a column of this government.", "已启用的来源中有该政府的年报栏目。"
    )
    source_ids: pl.String = column(
        "来源编号", "Those sources, comma-separated.", "这些来源的编号，以逗号分隔。", nullable=True
    )

    class Config:
        strict = True


class Fetches(pa.DataFrameModel):
    """One request and what came of it."""

    fetch_id: pl.String = column("抓取编号", "Unique id of the fetch.", "抓取的唯一编号。", unique=True)
    run_id: pl.String = column("运行编号", "Run of the crawl.", "抓取运行编号。")
    fetched_at: Utc = column("抓取时间", "When the page was fetched, UTC.", "抓取时间（UTC）。")
    province: pl.String = column("省份分区", "Partition.", "数据分区。")
    source_id: pl.String = column("来源编号", "Source it was made for.", "所属来源。", nullable=True)
    report_id: pl.String = column(
        "报告编号",
        "The report, or the report an attachment hangs on.",
        "报告文档编号，或附件所属的报告。",
        nullable=True,
    )
    kind: pl.String = column("用途", "list, report, attachment or robots.", "请求用途。", nullable=True)
    url: pl.String = column("网址", "Address asked for.", "请求网址。")
    final_url: pl.String = column(
        "最终网址", "Address after redirects, where there were any.", "重定向后的网址。", nullable=True
    )
    outcome: pl.String = column(
        "结果类别", "Class of outcome: fetched, unchanged, not_modified, blocked_js_challenge, refused_by_guard …",
        "结果类别：fetched、unchanged、not_modified、blocked_js_challenge、refused_by_guard 等。",
    )  # fmt: skip
    http_status: pl.Int64 = column("HTTP 状态", "HTTP status, where there was one.", "HTTP 状态码。", nullable=True)
    content_type: pl.String = column("内容类型", "Content-Type as sent.", "响应的内容类型。", nullable=True)
    link_title: pl.String = column("链接标题", "Text of the link that led here.", "指向该页的链接文字。", nullable=True)
    n_bytes: pl.Int64 = column("字节数", "Size of the body.", "正文大小。", unit="字节", nullable=True, minimum=0)
    n_text: pl.Int64 = column(
        "汉字数", "Chinese characters in the body.", "正文汉字数。", unit="字", nullable=True, minimum=0
    )
    payload_digest: pl.String = column("正文摘要", "SHA-256 of the decoded body.", "正文的 SHA-256。", nullable=True)
    etag: pl.String = column("ETag", "ETag as sent.", "响应的 ETag。", nullable=True)
    last_modified: pl.String = column(
        "Last-Modified", "Last-Modified as sent.", "响应的 Last-Modified。", nullable=True
    )
    has_payload: pl.Boolean = column(
        "含正文",
        "The archive record holds the bytes; false for a revisit record.",
        "归档记录含正文；revisit 记录为否。",
        nullable=True,
    )
    warc_file: pl.String = column(
        "归档文件", "Archive file, relative to the data folder.", "归档文件（相对数据目录）。", nullable=True
    )
    warc_offset: pl.Int64 = column(
        "归档位置", "Offset of the record.", "记录在归档中的偏移。", unit="字节", nullable=True
    )
    elapsed_ms: pl.Int64 = column("耗时", "Time the request took.", "请求耗时。", unit="毫秒", nullable=True)
    message: pl.String = column("说明", "What happened, in words, where it was not plain.", "情况说明。", nullable=True)

    class Config:
        strict = True


SOURCES = Table(
    "crawl.sources", Sources, "抓取来源", "One row per source.", "每行为一个来源。",
    "Which pages are crawled.", "抓取哪些页面。", key=("source_id",),
)  # fmt: skip

PORTALS = Table(
    "crawl.portals", Portals, "政府门户", "One row per government with a portal.", "每行为一个有门户网站的政府。",
    "Which governments should have a column of reports, and which have one among the sources.",
    "哪些政府应有年报栏目，来源清单中已有哪些。", key=("region_path",),
)  # fmt: skip

FETCHES = Table(
    "crawl.fetches", Fetches, "抓取日志", "One row per request.", "每行为一次请求。",
    "The fetch log: outcome, digest and position in the archive.", "抓取日志：结果、摘要与归档位置。", key=("fetch_id",),
)  # fmt: skip

"""When jobs run."""

import dagster as dg

from assets.jobs import nightly
from assets.partitions import of_tonight


@dg.schedule(
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    description="Every night at 02:00 in China, when the sites are idle. In the publishing season (January to April) list"
    " pages are looked at every night, otherwise weekly (GONGKAI_LISTS)."
    " | 每晚北京时间 02:00 运行；公布季（1—4 月）每晚查看列表页，其余每周一次。",
)
def every_night() -> dg.RunRequest:
    """One run for all provinces that have sources or something in the archive."""
    return dg.RunRequest(tags=of_tonight())

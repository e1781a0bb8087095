-- Publication against the statutory deadline, per primary report: 31 January (departments), 31 March (governments).
-- 每份主文档的公布日期与法定期限：部门 1 月 31 日，政府 3 月 31 日（2018 年度及以前一律 3 月 31 日）。
-- deadline: Article 49 of the Regulations; report years to 2018: 31 March for all | 法定期限
-- seen_date: day the first version was first fetched, Beijing time | 首次抓到的日期（北京时间）
-- basis: printed: the page prints its date; first_seen: it does not, and was held by the deadline; unknown | 依据：印出日期、首次抓到、无法判断
-- days_late: printed date minus deadline; negative is early | 迟延天数（负数为提前）
-- is_on_time: NULL where it cannot be told: a first fetch after the deadline proves nothing | 是否按时；无法判断时为空
WITH seen AS NOT MATERIALIZED (
  SELECT report_id, (min(first_fetched_at) AT TIME ZONE 'Asia/Shanghai')::DATE AS seen_date
  FROM history.report_versions GROUP BY report_id
), dated AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year,
         r.published_date, s.seen_date,
         CASE WHEN r.report_year >= 2019 AND (r.level = 'department' OR r.scope = 'department')
              THEN make_date(r.report_year + 1, 1, 31) ELSE make_date(r.report_year + 1, 3, 31) END AS deadline
  FROM reports r JOIN seen s USING (report_id)
  WHERE r.is_primary
)
SELECT *,
       CASE WHEN published_date IS NOT NULL THEN 'printed' WHEN seen_date <= deadline THEN 'first_seen' ELSE 'unknown' END AS basis,
       published_date - deadline AS days_late,
       CASE WHEN published_date IS NOT NULL THEN published_date <= deadline WHEN seen_date <= deadline THEN true END AS is_on_time
FROM dated

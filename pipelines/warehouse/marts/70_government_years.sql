-- Every government at county level and above in every year of which reports are held: its report, or that it is missing.
-- 县级以上各级政府在有报告的各年度：有报告，或缺失。
-- region_name: name in that year | 当年名称
-- government_level: province, prefecture or county | 政府层级
-- report_id: the primary report, whole region before office alone; NULL when missing | 主文档（全地区口径优先）；缺失为空
-- is_held: a report is held | 是否收录
WITH years AS NOT MATERIALIZED (
  SELECT DISTINCT report_year FROM reports WHERE is_primary
), expected AS NOT MATERIALIZED (
  SELECT y.report_year, g.region_code, g.full_name AS region_name, g.level AS government_level, g.lineage_code, g.province_code
  FROM years y JOIN regions g ON g.valid_from <= greatest(y.report_year, 2008) AND (g.valid_to IS NULL OR greatest(y.report_year, 2008) <= g.valid_to)
), held AS NOT MATERIALIZED (
  SELECT agency_id, report_year, min_by(report_id, coalesce(scope::VARCHAR, 'z') <> 'region_aggregate') AS report_id
  FROM reports WHERE is_primary GROUP BY ALL
)
SELECT e.*, h.report_id, h.report_id IS NOT NULL AS is_held
FROM expected e LEFT JOIN held h ON h.agency_id = 'gov-' || e.lineage_code AND h.report_year = e.report_year

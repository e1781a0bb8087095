-- The eight statutory exemptions: how often each was used, per primary report, with its share of all denials.
-- 不予公开的八种法定理由：每份主文档中各用了多少次，占不予公开的比例。
-- line_zh: short Chinese label of line | 表三行的中文简称
-- value: numerator: denials on this ground | 分子：以此理由不予公开的件数
-- denied: denominator: all denials of the report | 分母：不予公开合计
-- share_of_denied: 100 × value / denied | 占不予公开比例
SELECT report_id, agency_id, agency_name, region_code, lineage_code, province, province_name, level, scope, report_year, n_recognised, line, line_zh, value,
       group_total AS denied, share_of_group AS share_of_denied
FROM marts.refusal_structure
WHERE result_group = 'denied'

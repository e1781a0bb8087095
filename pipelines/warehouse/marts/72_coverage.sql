-- How many of the governments that must report are held, and why the others are missing: per year, province and level.
-- 应发布报告的政府收录了多少、缺失者何故：按年度、省份、层级。
-- province_name: name of the province | 省份
-- government_level: province, prefecture or county | 政府层级
-- n_expected: denominator: governments that exist in that year | 应有政府数（分母）
-- n_held: numerator: with a primary report | 已收录数（分子）
-- n_missing: without one: n_without_portal + n_without_column + n_without_report | 缺失数，等于其后三项之和
-- n_without_portal: missing, and its division has no portal in sources/portals.csv today | 缺失且门户清单中没有其门户
-- n_without_column: missing, its portal is known, and no source is its column of reports | 缺失，有门户而来源清单中没有其年报栏目
-- n_without_report: missing although a column of its reports is a source | 缺失，来源清单中有其年报栏目而没有该年度报告
-- coverage: 100 × n_held / n_expected | 覆盖率
WITH portals AS NOT MATERIALIZED (
  SELECT r.lineage_code, bool_or(p.has_column) AS has_column
  FROM crawl.portals p JOIN regions r ON r.region_code = p.region_code AND r.valid_to IS NULL GROUP BY ALL
)
SELECT g.report_year, g.province_code, any_value(p.name) AS province_name, g.government_level, count(*) AS n_expected,
       count(*) FILTER (g.is_held) AS n_held, count(*) FILTER (NOT g.is_held) AS n_missing,
       count(*) FILTER (NOT g.is_held AND o.has_column IS NULL) AS n_without_portal,
       count(*) FILTER (NOT g.is_held AND NOT o.has_column) AS n_without_column,
       count(*) FILTER (NOT g.is_held AND o.has_column) AS n_without_report,
       round(100.0 * count(*) FILTER (g.is_held) / count(*), 2) AS coverage
FROM marts.government_years g LEFT JOIN regions p ON p.region_code = g.province_code AND p.level = 'province' AND p.valid_to IS NULL
LEFT JOIN portals o ON o.lineage_code = g.lineage_code
GROUP BY g.report_year, g.province_code, g.government_level

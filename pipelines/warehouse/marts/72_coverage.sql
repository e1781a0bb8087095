-- How many of the governments that must report are held, per year, province and level.
-- 应发布报告的政府收录了多少：按年度、省份、层级。
-- province_name: name of the province | 省份
-- government_level: province, prefecture or county | 政府层级
-- n_expected: denominator: governments that exist in that year | 应有政府数（分母）
-- n_held: numerator: with a primary report | 已收录数（分子）
-- n_missing: without one | 缺失数
-- coverage: 100 × n_held / n_expected | 覆盖率
SELECT g.report_year, g.province_code, any_value(p.name) AS province_name, g.government_level, count(*) AS n_expected,
       count(*) FILTER (g.is_held) AS n_held, count(*) FILTER (NOT g.is_held) AS n_missing,
       round(100.0 * count(*) FILTER (g.is_held) / count(*), 2) AS coverage
FROM marts.government_years g LEFT JOIN regions p ON p.region_code = g.province_code AND p.level = 'province' AND p.valid_to IS NULL
GROUP BY g.report_year, g.province_code, g.government_level

-- Share of reports published on time, per year and level, with numerator and denominator.
-- 各年度、层级按时公布的比例，附分子分母。
-- n_reports: primary reports | 主文档数
-- n_known: denominator: reports of which it can be told | 可判断的报告数（分母）
-- n_on_time: numerator | 按时公布的报告数（分子）
-- on_time_rate: 100 × n_on_time / n_known | 按时公布率
SELECT report_year, level, count(*) AS n_reports, count(is_on_time) AS n_known, count(*) FILTER (is_on_time) AS n_on_time,
       round(100.0 * count(*) FILTER (is_on_time) / nullif(count(is_on_time), 0), 2) AS on_time_rate
FROM marts.timeliness
GROUP BY ALL

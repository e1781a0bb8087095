-- Sums and rates per year, level and scope over primary reports; rates come from the sums, never from rates.
-- 按年度、层级、口径的合计与比率（比率由合计算出，不取平均）。
-- n_reports: primary reports with table three | 有表三的主文档数
-- n_agencies: agencies behind them; compare years only where this is comparable | 机关数；机关数相当时各年才可比
-- n_form_2021: reports on the 2021 form; a mix marks a break in the series | 采用 2021 版格式的报告数；混用即为断点
-- n_recognised_reports: reports among them with cells that were recognised in pictures | 其中含图片识别单元格的报告数
-- received: sum | 新收合计
-- processed_total: sum, denominator | 办理结果合计（分母）
-- disclosed: sum, numerator | 公开合计（分子）
-- denied: sum | 不予公开合计
-- unavailable: sum | 无法提供合计
-- not_processed: sum | 不予处理合计
-- disclosure_rate: 100 × disclosed / processed_total | 公开率
-- denial_rate: 100 × denied / processed_total | 不予公开率
-- unavailable_rate: 100 × unavailable / processed_total | 无法提供率
-- not_processed_rate: 100 × not_processed / processed_total | 不予处理率
SELECT report_year, level, scope, count(*) AS n_reports, count(DISTINCT agency_id) AS n_agencies,
       count(*) FILTER (form_table3 = '2021') AS n_form_2021, count(*) FILTER (n_recognised > 0) AS n_recognised_reports,
       sum(received)::BIGINT AS received, sum(processed_total)::BIGINT AS processed_total, sum(disclosed)::BIGINT AS disclosed,
       sum(denied)::BIGINT AS denied, sum(unavailable)::BIGINT AS unavailable, sum(not_processed)::BIGINT AS not_processed,
       round(100.0 * sum(disclosed) / nullif(sum(processed_total), 0), 2) AS disclosure_rate,
       round(100.0 * sum(denied) / nullif(sum(processed_total), 0), 2) AS denial_rate,
       round(100.0 * sum(unavailable) / nullif(sum(processed_total), 0), 2) AS unavailable_rate,
       round(100.0 * sum(not_processed) / nullif(sum(processed_total), 0), 2) AS not_processed_rate
FROM marts.disclosure_rates
GROUP BY ALL

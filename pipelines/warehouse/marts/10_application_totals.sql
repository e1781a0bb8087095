-- Per report and line of table three: the printed total, and where it is blank the sum of the applicants.
-- 表三每份报告每行的总计；总计空白时由各类申请人相加。
-- value: the printed total, else the sum of the printed applicants; NULL when all are blank | 总计；空白时为各类申请人之和；全空为 NULL
-- printed_total: the total as printed | 印出的总计
-- sum_of_applicants: sum of the printed applicant cells | 各类申请人之和
-- is_derived: value is not printed but summed | 数值由相加得出
SELECT report_id, line,
       coalesce(max(value) FILTER (applicant = 'total'), sum(value) FILTER (applicant <> 'total'))::BIGINT AS value,
       max(value) FILTER (applicant = 'total') AS printed_total,
       (sum(value) FILTER (applicant <> 'total'))::BIGINT AS sum_of_applicants,
       max(value) FILTER (applicant = 'total') IS NULL AND count(value) FILTER (applicant <> 'total') > 0 AS is_derived
FROM applications
GROUP BY report_id, line

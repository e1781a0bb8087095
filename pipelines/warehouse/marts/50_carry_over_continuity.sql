-- Carried out last year against carried in this year, per agency, scope, year and applicant, with both places.
-- 上年结转下年与本年上年结转的衔接：每机关、口径、年度、申请人类型一行，附两处出处。
-- previous_report_id: report of the year before; NULL when it is not held | 上一年度报告编号；未收录时为空
-- carried_out_before: carried out in the report of the year before | 上一年度“结转下年度继续办理”
-- carried_in: carried in in the report of this year | 本年度“上年结转”
-- difference: carried_in − carried_out_before | 差额
-- continuity: consistent, differs, blank (one side prints no number) or no_previous_report | 一致、不一致、一侧空白、无上年报告
-- evidence_before: where the first figure is printed | 前一数字的出处
WITH c AS NOT MATERIALIZED (
  SELECT r.agency_id, r.agency_name, r.scope, r.report_year, r.n_recognised, r.report_id, r.province, r.province_name, r.region_code, r.lineage_code, a.applicant, a.line,
         a.value, a.evidence
  FROM reports r JOIN applications a USING (report_id)
  WHERE r.is_primary AND a.line IN ('carried_in', 'carried_out')
), previous AS NOT MATERIALIZED (
  SELECT * FROM c WHERE line = 'carried_out'
)
SELECT c.report_id, c.agency_id, c.agency_name, c.province, c.province_name, c.region_code, c.lineage_code, c.scope, c.report_year, c.n_recognised, c.applicant,
       p.report_id AS previous_report_id, p.value AS carried_out_before, c.value AS carried_in,
       c.value - p.value AS difference,
       CASE WHEN p.report_id IS NULL THEN 'no_previous_report'
            WHEN p.value IS NULL OR c.value IS NULL THEN 'blank'
            WHEN p.value = c.value THEN 'consistent' ELSE 'differs' END AS continuity,
       p.evidence AS evidence_before, c.evidence
FROM c LEFT JOIN previous p
  ON p.agency_id = c.agency_id AND p.scope IS NOT DISTINCT FROM c.scope AND p.applicant = c.applicant
 AND p.report_year = c.report_year - 1
WHERE c.line = 'carried_in'

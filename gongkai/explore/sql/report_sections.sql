-- 报告正文 | The prose of a report
SELECT section_no, heading, text FROM sections WHERE report_id = $report_id ORDER BY section_no

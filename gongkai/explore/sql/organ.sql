-- 一个机关 | One organ
SELECT a.agency_id, a.name, a.other_names::VARCHAR AS other_names, a.kind::VARCHAR AS kind, a.level::VARCHAR AS level, a.region_code,
       a.lineage_code, a.province::VARCHAR AS province, a.first_year, a.last_year, a.n_reports
FROM agencies a WHERE a.agency_id = $agency_id

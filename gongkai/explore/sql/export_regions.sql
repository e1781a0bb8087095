-- 导出的地区 | Regions to export: those of the reports, and the regions around them
WITH RECURSIVE held AS (
  SELECT DISTINCT lineage_code FROM reports WHERE lineage_code IS NOT NULL AND ($province IS NULL OR province = $province)
), around AS (
  SELECT region_code, lineage_code, parent_code FROM regions WHERE lineage_code IN (SELECT lineage_code FROM held)
  UNION
  SELECT r.region_code, r.lineage_code, r.parent_code FROM regions r JOIN around a ON r.region_code = a.parent_code
)
SELECT DISTINCT lineage_code FROM around WHERE lineage_code IS NOT NULL ORDER BY lineage_code

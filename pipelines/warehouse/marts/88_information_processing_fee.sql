-- Sentences on the 信息处理费 (a fee on requesters, section six), per primary report. It is not 行政事业性收费.
-- 正文第六部分关于信息处理费的句子。信息处理费不是行政事业性收费。
-- sentence: as printed | 原句
-- printed_amount: first amount in the sentence, with its unit, as printed; NULL when the sentence gives none | 句中首个金额（含单位）
-- amount_yuan: the same in 元 | 折合元
-- n_cases: cases the sentence names, denominator of yuan_per_case; NULL when it names none | 句中所称件数（分母）；未写则为空
-- yuan_per_case: amount_yuan / n_cases | 每件金额（元）
-- says_none: the sentence says that none was charged | 句中称未收取
WITH sentences AS NOT MATERIALIZED (
  SELECT s.report_id, s.section_no, unnest(string_split_regex(s.text, '[。；;\n]')) AS sentence FROM sections s
  WHERE contains(s.text, '信息处理费')
), amounts AS NOT MATERIALIZED (
  SELECT *, regexp_extract(sentence, '([0-9][0-9,，.]*)\s*(万?元)', ['number', 'unit']) AS m,
         try_cast(nullif(regexp_extract(sentence, '([0-9]+)\s*(件|笔|宗|例)', 1), '') AS BIGINT) AS n_cases
  FROM sentences
  WHERE contains(sentence, '信息处理费')
), counted AS NOT MATERIALIZED (
  SELECT *, try_cast(regexp_replace(m.number, '[,，]', '', 'g') AS DECIMAL(18, 4))
            * CASE WHEN m.unit = '万元' THEN 10000 ELSE 1 END AS amount_yuan
  FROM amounts
)
SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, a.section_no,
       trim(a.sentence) AS sentence, nullif(a.m.number || a.m.unit, '') AS printed_amount, a.amount_yuan, a.n_cases,
       round(a.amount_yuan / nullif(a.n_cases, 0), 2) AS yuan_per_case,
       regexp_matches(a.sentence, '(未|没有|无).{0,12}收取|未.{0,6}信息处理费|(没有|无)信息处理费') AS says_none
FROM counted a JOIN reports r USING (report_id)
WHERE r.is_primary

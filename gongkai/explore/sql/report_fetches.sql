-- 报告的抓取记录 | How a report was fetched
SELECT fetched_at, kind::VARCHAR AS kind, outcome::VARCHAR AS outcome, url, content_type, n_bytes, payload_digest, has_payload,
       province::VARCHAR AS province, warc_file, warc_offset
FROM crawl.fetches WHERE report_id = left($report_id, 16) AND payload_digest IS NOT NULL ORDER BY fetched_at, crawl.fetches.outcome = 'fetched' LIMIT 2000

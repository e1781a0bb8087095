"""Office files that need conversion (.doc, .wps, .rtf) → docx, through LibreOffice → Document."""

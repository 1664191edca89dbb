"""The English text of every file error, by message id. Knows no Django.

A job stores the id and the parameters of its error, so a text may be reworded at any time. An id
must stay as long as a stored job may have it.
"""

from typing import Final


def gettext_noop(message: str) -> str:
    """Mark a text for the catalogue of translations and return it."""
    return message


_SAVE: Final = gettext_noop("Open the file and save it as CSV UTF-8.")

FILE_MESSAGES: Final = {
    # The header
    "empty_file": gettext_noop("The file is empty. Send a header row and one row for each user."),
    "header_missing": gettext_noop(
        "The file has no header row. Put column names in the first line."
    ),
    "header_quotes": gettext_noop(
        "The quotes in the header row do not match. Close each quoted column name."
    ),
    "header_is_data": gettext_noop(
        "The first row holds data. Put a row of column names above the data."
    ),
    "header_too_wide": gettext_noop(
        "The first row has more than {limit} columns. Send only the columns to import."
    ),
    "header_nul": gettext_noop(
        "The first row has NUL bytes, so this is not a text file. Save the table as CSV UTF-8."
    ),
    "header_undecodable": gettext_noop(
        "The header row has bytes that its encoding does not have. Send the option encoding."
    ),
    "missing_email_column": gettext_noop(
        "No column is named email or e-mail. The columns are: {found}. "
        "Say with the option columns which column holds the e-mail address."
    ),
    "unknown_column": gettext_noop(
        "The option columns names {name}, but the file has no such column. "
        "The columns are: {found}."
    ),
    "columns_option_repeats": gettext_noop(
        "The option columns names one header twice. Name each header once."
    ),
    "duplicate_header": gettext_noop(
        "Two columns mean {field}. Keep one of them, or set the other one to null in the option "
        "columns."
    ),
    "both_password_columns": gettext_noop(
        "The file has the columns password and password_hash. Send one of them."
    ),
    # Records and lines
    "unclosed_quote": gettext_noop(
        "The quote opened in line {line} is not closed before the end of the file. Close the "
        "quote, or double it if it belongs to the cell."
    ),
    "quote_too_long": gettext_noop(
        "The quote opened in line {line} is not closed within {limit} bytes. Close the quote, or "
        "double it if it belongs to the cell."
    ),
    "too_many_quotes": gettext_noop(
        "Too many quotes before line {line} are not closed in their cell. Double each quote that "
        "belongs to a cell."
    ),
    "line_too_long": gettext_noop(
        "Line {line} is longer than {limit} bytes. Check the line endings of the file."
    ),
    "some_line_too_long": gettext_noop(
        "A line is longer than {limit} bytes. Check the line endings of the file."
    ),
    # The encoding and the options
    "byte_order_mark_differs": gettext_noop(
        "The option encoding says {asked}, but the byte order mark of the file says {encoding}. "
        "Leave the option encoding out."
    ),
    "with_options": "{problem} {how}",
    "read_with_encoding": gettext_noop("The option encoding had the file read as {encoding}."),
    "read_with_delimiter": gettext_noop(
        "The option delimiter had the file read with the delimiter {delimiter}."
    ),
    "read_with_both": gettext_noop(
        "The options had the file read as {encoding} with the delimiter {delimiter}."
    ),
    # Compressed files
    "decompresses_too_large": gettext_noop(
        "The file decompresses to more than {times} times its size. Send it uncompressed."
    ),
    "compressed_file_damaged": gettext_noop(
        "The {kind} file is damaged or incomplete. Compress the CSV file again."
    ),
    "zip_unsupported": gettext_noop(
        "The zip archive uses an unsupported method or feature. Compress the CSV file again with "
        "Deflate or gzip."
    ),
    "zip_empty": gettext_noop("The zip archive has no file. Put exactly one CSV file into it."),
    "zip_several_files": gettext_noop(
        "The zip archive has {count} files: {named}. Put exactly one CSV file into it."
    ),
    "zip_encrypted": gettext_noop(
        "The zip archive is encrypted. Compress the CSV file without a password."
    ),
    # Files of other kinds
    "not_csv": gettext_noop("This is not a CSV file: it looks like {kind}. {advice}"),
    "save_as_csv": _SAVE,
    "decompress": gettext_noop("Decompress the file, or compress the CSV file with gzip or zip."),
    "export_table": gettext_noop("Export its table as CSV."),
    "compress_once": gettext_noop("Compress the CSV file only once."),
    "send_table": gettext_noop("Send the table itself as CSV."),
    "download_again": gettext_noop(
        "A login page or an error page may have been downloaded. Download the file again."
    ),
    "send_utf16": gettext_noop(
        "Send the option encoding=utf-16-{order}, or save the file as UTF-8."
    ),
    "kind_utf16": gettext_noop("UTF-16 without a byte order mark"),
    "kind_xlsx": gettext_noop("an Excel workbook"),
    "kind_xls": gettext_noop("an old Excel workbook or another Office document"),
    "kind_biff": gettext_noop("a very old Excel workbook"),
    "kind_zip": gettext_noop("a zip archive inside another"),
    "kind_gzip": gettext_noop("a gzip file inside another"),
    "kind_7z": gettext_noop("a 7-Zip archive"),
    "kind_rar": gettext_noop("a RAR archive"),
    "kind_xz": gettext_noop("an xz file"),
    "kind_zstandard": gettext_noop("a Zstandard file"),
    "kind_lz4": gettext_noop("an LZ4 file"),
    "kind_bzip2": gettext_noop("a bzip2 file"),
    "kind_tar": gettext_noop("a tar archive"),
    "kind_pdf": gettext_noop("a PDF file"),
    "kind_postscript": gettext_noop("PostScript"),
    "kind_image": gettext_noop("an image"),
    "kind_sqlite": gettext_noop("an SQLite database"),
    "kind_access": gettext_noop("an Access database"),
    "kind_parquet": gettext_noop("a Parquet file"),
    "kind_arrow": gettext_noop("an Arrow file"),
    "kind_avro": gettext_noop("an Avro file"),
    "kind_program": gettext_noop("a program"),
    "kind_html": gettext_noop("a web page"),
    "kind_xml": gettext_noop("XML"),
    "kind_json": gettext_noop("JSON"),
    "kind_rtf": gettext_noop("an RTF document"),
    "kind_vcard": gettext_noop("vCards"),
    "kind_calendar": gettext_noop("a calendar"),
    "kind_sylk": gettext_noop("a SYLK spreadsheet"),
    "kind_sql": gettext_noop("an SQL script"),
    "kind_key": gettext_noop("a key or an encrypted message"),
    "kind_word": gettext_noop("a Word document"),
    "kind_powerpoint": gettext_noop("a PowerPoint document"),
    "kind_opendocument": gettext_noop("an OpenDocument file"),
    "kind_iwork": gettext_noop("a Numbers or Pages document"),
    "kind_java": gettext_noop("a Java program"),
    # The uploader's limits
    "aborted": gettext_noop(
        "{failed} of {rows} rows were rejected and on_error is abort, so nothing was imported. "
        "Correct these rows and upload the file again."
    ),
    "too_many_errors": gettext_noop(
        "{failed} of {rows} rows were rejected and max_errors is {max_errors}, so nothing was "
        "imported. Correct these rows and upload the file again."
    ),
    # The service's own faults
    "file_missing": gettext_noop("The stored file is missing. Upload the file again."),
    "file_damaged": gettext_noop("The stored file is incomplete. Upload the file again."),
    "chunk_damaged": gettext_noop("A stored chunk is damaged. Upload the file again."),
    "chunk_unreadable": gettext_noop(
        "A stored chunk is missing or damaged. Upload the file again."
    ),
    "planning_exhausted": gettext_noop(
        "The import was abandoned: planning it ended its Celery worker at each attempt. The logs "
        "of the workers say why."
    ),
    "loading_exhausted": gettext_noop(
        "The import was abandoned: loading a chunk ended its Celery worker at each attempt. The "
        "logs of the workers say why."
    ),
}

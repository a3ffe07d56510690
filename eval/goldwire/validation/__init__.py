"""Validation: everything that is wrong with records, each fault once; nothing is repaired."""

from goldwire.validation.corpus_rules import Report, load_ontology, read_json, validate_corpus
from goldwire.validation.file_rules import validate_file, validate_folder
from goldwire.validation.records import validate_annotation, validate_document
from goldwire.validation.subject import Profile

__all__ = [
    "Profile",
    "Report",
    "load_ontology",
    "read_json",
    "validate_annotation",
    "validate_corpus",
    "validate_document",
    "validate_file",
    "validate_folder",
]

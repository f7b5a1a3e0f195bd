//! What the validator finds.

use std::fmt;

/// One thing that is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What rule is broken.
    pub code: Code,
    /// The attribute, such as `evidences[0].device.type_id`; empty for the whole event.
    pub path: String,
    /// What is wrong, in words.
    pub message: String,
}

impl Violation {
    /// Whether the event is invalid by it, or merely unusual.
    pub const fn level(&self) -> Level {
        self.code.level()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: `{}`: {}", self.code.as_str(), self.path, self.message)
    }
}

/// How bad a violation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The event is no valid OCSF.
    Error,
    /// The event is valid, and yet something is odd.
    Warning,
}

/// The rule that is broken, by the OCSF server's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// No class has this number.
    ClassUidUnknown,
    /// The class exists but is not covered here: nothing was checked.
    ClassNotCovered,
    /// No profile has this name.
    ProfileUnknown,
    /// A required attribute is absent.
    RequiredMissing,
    /// The class or object has no such attribute, or only by a profile that is not declared.
    AttributeUnknown,
    /// The value is of another type.
    WrongType,
    /// The value is not one of the enumeration.
    EnumValueUnknown,
    /// A value in a list is not one of the enumeration.
    EnumArrayValueUnknown,
    /// The word beside a number in a list is missing.
    EnumArraySiblingMissing,
    /// The word beside a number in a list is not its caption.
    EnumArraySiblingIncorrect,
    /// The number is out of the type's range.
    ValueExceedsRange,
    /// The text is longer than the type allows.
    ValueExceedsLength,
    /// `type_uid` is not class and activity together.
    TypeUidIncorrect,
    /// Attributes that must not be absent together are, or too many are present.
    ConstraintFailed,
    /// An observable's name leads to no attribute of the class.
    ObservableNameInvalid,
    /// The version is no version.
    VersionInvalid,
    /// The event follows a version that this schema cannot judge.
    VersionIncompatible,
    /// The event follows an earlier version.
    VersionEarlier,
    /// The attribute is deprecated.
    AttributeDeprecated,
    /// The word beside a number is not its caption.
    EnumSiblingIncorrect,
    /// The word beside 99 is `Other`, which says nothing.
    EnumSiblingSuspicious,
}

impl Code {
    /// Returns the name of the rule, as the OCSF server reports it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClassUidUnknown => "class_uid_unknown",
            Self::ClassNotCovered => "class_not_covered",
            Self::ProfileUnknown => "profile_unknown",
            Self::RequiredMissing => "attribute_required_missing",
            Self::AttributeUnknown => "attribute_unknown",
            Self::WrongType => "attribute_wrong_type",
            Self::EnumValueUnknown => "attribute_enum_value_unknown",
            Self::EnumArrayValueUnknown => "attribute_enum_array_value_unknown",
            Self::EnumArraySiblingMissing => "attribute_enum_array_sibling_missing",
            Self::EnumArraySiblingIncorrect => "attribute_enum_array_sibling_incorrect",
            Self::ValueExceedsRange => "attribute_value_exceeds_range",
            Self::ValueExceedsLength => "attribute_value_exceeds_max_len",
            Self::TypeUidIncorrect => "type_uid_incorrect",
            Self::ConstraintFailed => "constraint_failed",
            Self::ObservableNameInvalid => "observable_name_invalid_reference",
            Self::VersionInvalid => "version_invalid_format",
            Self::VersionIncompatible => "version_incompatible",
            Self::VersionEarlier => "version_earlier",
            Self::AttributeDeprecated => "attribute_deprecated",
            Self::EnumSiblingIncorrect => "attribute_enum_sibling_incorrect",
            Self::EnumSiblingSuspicious => "attribute_enum_sibling_suspicious_other",
        }
    }

    /// Whether breaking the rule makes an event invalid.
    pub const fn level(self) -> Level {
        match self {
            Self::VersionEarlier
            | Self::AttributeDeprecated
            | Self::EnumSiblingIncorrect
            | Self::EnumSiblingSuspicious => Level::Warning,
            _ => Level::Error,
        }
    }
}

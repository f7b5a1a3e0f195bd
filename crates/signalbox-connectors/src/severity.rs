//! The severities of every vendor, for the documentation: those of the connectors here, and those of products
//! whose connectors are to come.

use signalbox_model::Severity::{Critical, High, Informational, Low, Medium, Unknown};
use signalbox_model::SeverityColumn;

use crate::REGISTRY;

/// Returns the columns of the connectors.
pub fn of_connectors() -> Vec<&'static SeverityColumn> {
    REGISTRY.iter().flat_map(|connector| connector.severities.iter().copied()).collect()
}

/// Returns the columns of products whose connectors are to come: nothing is read by them yet.
pub fn to_come() -> Vec<&'static SeverityColumn> {
    TO_COME.iter().collect()
}

/// Palo Alto Networks Cortex XDR, SonarQube, Cortex XSOAR and Jira: the values as
/// their documentation names them. Each moves into its connector's `mapping.rs` when that is made.
const TO_COME: &[SeverityColumn] = &[
    SeverityColumn {
        vendor: "Cortex XDR",
        values: &[
            ("critical", Critical),
            ("high", High),
            ("medium", Medium),
            ("low", Low),
            ("informational", Informational),
            ("unknown", Unknown),
        ],
        other: Unknown,
    },
    SeverityColumn {
        vendor: "SonarQube",
        // Sonar's CRITICAL is our High: BLOCKER stands above it.
        values: &[
            ("BLOCKER", Critical),
            ("CRITICAL", High),
            ("MAJOR", Medium),
            ("MINOR", Low),
            ("INFO", Informational),
        ],
        other: Unknown,
    },
    SeverityColumn {
        vendor: "Cortex XSOAR",
        values: &[
            ("4", Critical),
            ("3", High),
            ("2", Medium),
            ("1", Low),
            ("0.5", Informational),
            ("0", Unknown),
        ],
        other: Unknown,
    },
    SeverityColumn {
        vendor: "Jira",
        values: &[
            ("Highest", Critical),
            ("High", High),
            ("Medium", Medium),
            ("Low", Low),
            ("Lowest", Informational),
        ],
        other: Unknown,
    },
];

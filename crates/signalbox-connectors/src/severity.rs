//! The severities of every vendor, as one table: those of the connectors here, and those of products
//! whose connectors are to come.

use signalbox_model::Severity::{Critical, High, Informational, Low, Medium, Unknown};
use signalbox_model::SeverityColumn;

use crate::REGISTRY;

/// Returns every column, those of the connectors first.
pub fn columns() -> Vec<&'static SeverityColumn> {
    let of_connectors = REGISTRY.iter().flat_map(|connector| connector.severities.iter().copied());
    of_connectors.chain(TO_COME.iter()).collect()
}

/// Palo Alto Networks Cortex XDR, Prisma Cloud, SonarQube, Cortex XSOAR, Jira and CEF: the values as
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
        vendor: "Prisma Cloud",
        values: &[
            ("critical", Critical),
            ("high", High),
            ("medium", Medium),
            ("low", Low),
            ("informational", Informational),
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
    SeverityColumn {
        vendor: "CEF",
        values: &[
            ("10", Critical),
            ("9", Critical),
            ("8", High),
            ("7", High),
            ("6", Medium),
            ("5", Medium),
            ("4", Medium),
            ("3", Low),
            ("2", Low),
            ("1", Low),
            ("0", Informational),
            ("Very-High", Critical),
            ("High", High),
            ("Medium", Medium),
            ("Low", Low),
            ("Unknown", Unknown),
        ],
        other: Unknown,
    },
];

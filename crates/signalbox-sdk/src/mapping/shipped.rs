//! The mappings that ship.
//!
//! They are configuration like anybody's own, so they are kept as such and read by the same
//! loader; this crate knows no YAML.

/// A mapping that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, by which an integration asks for it.
    pub name: &'static str,
    /// What it maps, in a line.
    pub summary: &'static str,
    /// The mapping as it would stand below `mappings.NAME`, in YAML.
    pub yaml: &'static str,
}

/// Returns the mappings that ship. One of the configuration with the same name takes its place.
pub const fn shipped() -> &'static [Shipped] {
    &[Shipped {
        name: "alertmanager",
        summary: "Prometheus Alertmanager's webhook, version 4",
        yaml: include_str!("shipped/alertmanager.yaml"),
    }]
}

//! `signalbox simulate`: a simulated product to try a configuration against.

use anyhow::bail;
use clap::Args;
use signalbox_connectors::REGISTRY;
use signalbox_sdk::testkit::Server;

use super::GOOD;

/// Arguments of `simulate`.
#[derive(Args)]
pub(super) struct SimulateArgs {
    /// The connector whose product is simulated, such as `servicenow`.
    connector: String,
    /// The port on loopback; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

pub(super) async fn run(args: SimulateArgs) -> anyhow::Result<u8> {
    let make =
        signalbox_connectors::find(&args.connector).and_then(|connector| connector.simulator);
    let Some(make) = make else {
        let known: Vec<_> =
            REGISTRY.iter().filter(|c| c.simulator.is_some()).map(|c| c.name).collect();
        bail!("nothing simulates `{}`; there are `{}`", args.connector, known.join("`, `"));
    };
    let simulator = make();
    let server = Server::start(simulator.router(), args.port).await?;
    let setup = simulator.configuration(server.address());
    println!(
        "# A simulated {} listens on http://{}; Ctrl-C ends it.",
        args.connector,
        server.address()
    );
    println!("# What it holds: http://{}/simulator/summary", server.address());
    println!("integrations:\n{}", setup.yaml.trim_end());
    println!("# The environment that this configuration names:");
    for (name, value) in setup.environment {
        println!("#   export {name}='{value}'");
    }
    tokio::signal::ctrl_c().await?;
    Ok(GOOD)
}

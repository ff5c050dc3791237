//! A typed client in another language, made from the document of this tree, against the real binary.
#![allow(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use orderbase_tests::house::{House, Mode};
use orderbase_tests::{environment, workspace};

#[test]
fn a_typed_client_compiles_strictly_and_takes_an_order_to_its_end() {
    // Beside the packages, where their names are found.
    let folder = environment::contract_tool("node").join("flow");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("what was made before can be removed");
    }
    fs::create_dir_all(&folder).expect("a folder can be made");
    for document in workspace::documents() {
        let types = folder.join(document.file_name().expect("a document has a name")).with_extension("d.ts");
        run(Command::new(environment::contract_tool("node/node_modules/.bin/openapi-typescript"))
            .arg(&document)
            .arg("--output")
            .arg(types)
            .current_dir(workspace::root()));
    }
    for file in ["flow.ts", "tsconfig.json"] {
        copy(&workspace::root().join("tests/contract/client").join(file), &folder.join(file));
    }
    run(Command::new(environment::contract_tool("node/node_modules/.bin/tsc"))
        .args(["--project", "."])
        .current_dir(&folder));

    let house = House::build(Mode::Embedded);
    let served = house.serve();
    let url = format!("http://{}", served.address);
    run(Command::new("node").arg("out/flow.js").args([url.as_str(), house.acme.as_str()]).current_dir(&folder));
}

fn copy(from: &Path, to: &Path) {
    fs::copy(from, to).unwrap_or_else(|fault| panic!("{} cannot be copied: {fault}", from.display()));
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|fault| panic!("{command:?} cannot be started: {fault}"));
    assert!(status.success(), "{command:?} ended with {status}");
}

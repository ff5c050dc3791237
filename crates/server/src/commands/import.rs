//! `import`: takes in historic orders. Totals go to standard output, those of a run that failed on the way too; 1 where lines were
//! rejected.

use orderbase_application::orders::OnExisting;
use orderbase_tenancy::Permission;

use super::context::{operator, tenant, with_instance};
use crate::cli::{GlobalArgs, ImportArgs, OnExistingArg};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::import::{self, Ended, Wish};
use crate::terminal::{self, Output};

pub fn run(global: &GlobalArgs, args: &ImportArgs) -> Outcome {
    let wish = Wish {
        file: args.file.clone(),
        rejects: args.rejects.clone(),
        on_existing: match args.on_existing {
            OnExistingArg::Skip => OnExisting::Skip,
            OnExistingArg::Fail => OnExisting::Fail,
        },
        dry_run: args.dry_run,
    };
    with_instance(global, |_, app| async move {
        let operator = operator(&app, &[Permission::OrdersWrite, Permission::CustomersWrite])?;
        let tenant = tenant(&app, &operator, &args.tenant).await?;
        let Ended { totals, failure } = import::run(&app, &operator.within(tenant), &wish).await?;
        let printed = match Output::or_fitting(args.output) {
            _ if failure.is_some() && !totals.any() => Ok(()),
            Output::Json => terminal::print_json(&totals),
            Output::Table => terminal::print(&totals.table()),
        };
        if let Some(failure) = failure {
            return Err(failure);
        }
        printed?;
        Ok(if totals.rejected > 0 { Exit::Difference } else { Exit::Done })
    })
}

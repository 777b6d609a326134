-- Rows of money and of what happened are added, never changed (PostgreSQL).

create function grip_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are added, never changed', tg_table_name;
end
$$;

create trigger posting_append_only before update or delete on posting
    for each row execute function grip_append_only();

create trigger entry_append_only before update or delete on entry
    for each row execute function grip_append_only();

create trigger entry_part_append_only before update or delete on entry_part
    for each row execute function grip_append_only();

create trigger payment_state_append_only before update or delete on payment_state
    for each row execute function grip_append_only();

create trigger approval_append_only before update or delete on approval
    for each row execute function grip_append_only();

create trigger audit_append_only before update or delete on audit
    for each row execute function grip_append_only();

create trigger statement_append_only before update or delete on statement
    for each row execute function grip_append_only();

create trigger statement_file_append_only before update or delete on statement_file
    for each row execute function grip_append_only();

create trigger evidence_line_append_only before update or delete on evidence_line
    for each row execute function grip_append_only();

create trigger fact_append_only before update or delete on fact
    for each row execute function grip_append_only();

create trigger plan_append_only before update or delete on plan
    for each row execute function grip_append_only();

create trigger plan_line_append_only before update or delete on plan_line
    for each row execute function grip_append_only();

create trigger plan_share_append_only before update or delete on plan_share
    for each row execute function grip_append_only();

create trigger plan_withholding_append_only before update or delete on plan_withholding
    for each row execute function grip_append_only();

create trigger plan_withdrawn_append_only before update or delete on plan_withdrawn
    for each row execute function grip_append_only();

create trigger cash_payment_append_only before update or delete on cash_payment
    for each row execute function grip_append_only();

create trigger payment_file_part_append_only before update or delete on payment_file_part
    for each row execute function grip_append_only();

create trigger payment_file_offer_append_only before update or delete on payment_file_offer
    for each row execute function grip_append_only();

create trigger reissue_append_only before update or delete on reissue
    for each row execute function grip_append_only();

create trigger covered_payment_append_only before update or delete on covered_payment
    for each row execute function grip_append_only();

create trigger status_report_append_only before update or delete on status_report
    for each row execute function grip_append_only();

create trigger status_line_append_only before update or delete on status_line
    for each row execute function grip_append_only();

create trigger explanation_append_only before update or delete on explanation
    for each row execute function grip_append_only();

-- Of an account of somebody who is paid only what stands empty is filled in.
create trigger creditor_account_no_delete before delete on creditor_account
    for each row execute function grip_append_only();

create trigger creditor_account_fixed before update on creditor_account
    for each row
    when (old.payee_id is distinct from new.payee_id or old.member_id is distinct from new.member_id
        or old.number is distinct from new.number or old.holder is distinct from new.holder
        or old.iban is distinct from new.iban or old.valid_from is distinct from new.valid_from
        or old.recorded_by is distinct from new.recorded_by or old.recorded_on is distinct from new.recorded_on
        or (old.called_on is not null and (old.called_on is distinct from new.called_on
            or old.called_by is distinct from new.called_by
            or old.called_number is distinct from new.called_number))
        or (old.approved_on is not null and (old.approved_on is distinct from new.approved_on
            or old.approved_by is distinct from new.approved_by))
        or (old.withdrawn_on is not null and old.withdrawn_on is distinct from new.withdrawn_on))
    execute function grip_append_only();

create trigger name_check_no_delete before delete on name_check
    for each row execute function grip_append_only();

create trigger name_check_fixed before update on name_check
    for each row
    when (old.outcome is distinct from new.outcome or old.answered is distinct from new.answered
        or old.checked_on is distinct from new.checked_on
        or old.creditor_account_id is distinct from new.creditor_account_id or old.decision is not null)
    execute function grip_append_only();

create trigger refused_statement_append_only before update or delete on refused_statement
    for each row execute function grip_append_only();

-- Rows of money and of what happened are added, never changed (SQLite).

create trigger posting_no_update before update on posting
begin
    select raise(abort, 'rows of posting are added, never changed');
end;

create trigger posting_no_delete before delete on posting
begin
    select raise(abort, 'rows of posting are added, never changed');
end;

create trigger entry_no_update before update on entry
begin
    select raise(abort, 'rows of entry are added, never changed');
end;

create trigger entry_no_delete before delete on entry
begin
    select raise(abort, 'rows of entry are added, never changed');
end;

create trigger entry_part_no_update before update on entry_part
begin
    select raise(abort, 'rows of entry_part are added, never changed');
end;

create trigger entry_part_no_delete before delete on entry_part
begin
    select raise(abort, 'rows of entry_part are added, never changed');
end;

create trigger payment_state_no_update before update on payment_state
begin
    select raise(abort, 'rows of payment_state are added, never changed');
end;

create trigger payment_state_no_delete before delete on payment_state
begin
    select raise(abort, 'rows of payment_state are added, never changed');
end;

create trigger approval_no_update before update on approval
begin
    select raise(abort, 'rows of approval are added, never changed');
end;

create trigger approval_no_delete before delete on approval
begin
    select raise(abort, 'rows of approval are added, never changed');
end;

create trigger audit_no_update before update on audit
begin
    select raise(abort, 'rows of audit are added, never changed');
end;

create trigger audit_no_delete before delete on audit
begin
    select raise(abort, 'rows of audit are added, never changed');
end;

create trigger statement_no_update before update on statement
begin
    select raise(abort, 'rows of statement are added, never changed');
end;

create trigger statement_no_delete before delete on statement
begin
    select raise(abort, 'rows of statement are added, never changed');
end;

create trigger statement_file_no_update before update on statement_file
begin
    select raise(abort, 'rows of statement_file are added, never changed');
end;

create trigger statement_file_no_delete before delete on statement_file
begin
    select raise(abort, 'rows of statement_file are added, never changed');
end;

create trigger evidence_line_no_update before update on evidence_line
begin
    select raise(abort, 'rows of evidence_line are added, never changed');
end;

create trigger evidence_line_no_delete before delete on evidence_line
begin
    select raise(abort, 'rows of evidence_line are added, never changed');
end;

create trigger fact_no_update before update on fact
begin
    select raise(abort, 'rows of fact are added, never changed');
end;

create trigger fact_no_delete before delete on fact
begin
    select raise(abort, 'rows of fact are added, never changed');
end;

create trigger plan_no_update before update on plan
begin
    select raise(abort, 'rows of plan are added, never changed');
end;

create trigger plan_no_delete before delete on plan
begin
    select raise(abort, 'rows of plan are added, never changed');
end;

create trigger plan_line_no_update before update on plan_line
begin
    select raise(abort, 'rows of plan_line are added, never changed');
end;

create trigger plan_line_no_delete before delete on plan_line
begin
    select raise(abort, 'rows of plan_line are added, never changed');
end;

create trigger plan_share_no_update before update on plan_share
begin
    select raise(abort, 'rows of plan_share are added, never changed');
end;

create trigger plan_share_no_delete before delete on plan_share
begin
    select raise(abort, 'rows of plan_share are added, never changed');
end;

create trigger plan_withholding_no_update before update on plan_withholding
begin
    select raise(abort, 'rows of plan_withholding are added, never changed');
end;

create trigger plan_withholding_no_delete before delete on plan_withholding
begin
    select raise(abort, 'rows of plan_withholding are added, never changed');
end;

create trigger plan_withdrawn_no_update before update on plan_withdrawn
begin
    select raise(abort, 'rows of plan_withdrawn are added, never changed');
end;

create trigger plan_withdrawn_no_delete before delete on plan_withdrawn
begin
    select raise(abort, 'rows of plan_withdrawn are added, never changed');
end;

create trigger cash_payment_no_update before update on cash_payment
begin
    select raise(abort, 'rows of cash_payment are added, never changed');
end;

create trigger cash_payment_no_delete before delete on cash_payment
begin
    select raise(abort, 'rows of cash_payment are added, never changed');
end;

create trigger payment_file_part_no_update before update on payment_file_part
begin
    select raise(abort, 'rows of payment_file_part are added, never changed');
end;

create trigger payment_file_part_no_delete before delete on payment_file_part
begin
    select raise(abort, 'rows of payment_file_part are added, never changed');
end;

create trigger payment_file_offer_no_update before update on payment_file_offer
begin
    select raise(abort, 'rows of payment_file_offer are added, never changed');
end;

create trigger payment_file_offer_no_delete before delete on payment_file_offer
begin
    select raise(abort, 'rows of payment_file_offer are added, never changed');
end;

create trigger reissue_no_update before update on reissue
begin
    select raise(abort, 'rows of reissue are added, never changed');
end;

create trigger reissue_no_delete before delete on reissue
begin
    select raise(abort, 'rows of reissue are added, never changed');
end;

create trigger covered_payment_no_update before update on covered_payment
begin
    select raise(abort, 'rows of covered_payment are added, never changed');
end;

create trigger covered_payment_no_delete before delete on covered_payment
begin
    select raise(abort, 'rows of covered_payment are added, never changed');
end;

create trigger status_report_no_update before update on status_report
begin
    select raise(abort, 'rows of status_report are added, never changed');
end;

create trigger status_report_no_delete before delete on status_report
begin
    select raise(abort, 'rows of status_report are added, never changed');
end;

create trigger status_line_no_update before update on status_line
begin
    select raise(abort, 'rows of status_line are added, never changed');
end;

create trigger status_line_no_delete before delete on status_line
begin
    select raise(abort, 'rows of status_line are added, never changed');
end;

create trigger explanation_no_update before update on explanation
begin
    select raise(abort, 'rows of explanation are added, never changed');
end;

create trigger explanation_no_delete before delete on explanation
begin
    select raise(abort, 'rows of explanation are added, never changed');
end;

-- Of an account of somebody who is paid only what stands empty is filled in.
create trigger creditor_account_no_delete before delete on creditor_account
begin
    select raise(abort, 'rows of creditor_account are added, never changed');
end;

create trigger creditor_account_fixed before update on creditor_account
when old.payee_id is not new.payee_id or old.member_id is not new.member_id or old.number is not new.number
    or old.holder is not new.holder or old.iban is not new.iban or old.valid_from is not new.valid_from
    or old.recorded_by is not new.recorded_by or old.recorded_on is not new.recorded_on
    or (old.called_on is not null and (old.called_on is not new.called_on or old.called_by is not new.called_by
        or old.called_number is not new.called_number))
    or (old.approved_on is not null
        and (old.approved_on is not new.approved_on or old.approved_by is not new.approved_by))
    or (old.withdrawn_on is not null and old.withdrawn_on is not new.withdrawn_on)
begin
    select raise(abort, 'rows of creditor_account are added, never changed');
end;

create trigger name_check_no_delete before delete on name_check
begin
    select raise(abort, 'rows of name_check are added, never changed');
end;

create trigger name_check_fixed before update on name_check
when old.outcome is not new.outcome or old.answered is not new.answered or old.checked_on is not new.checked_on
    or old.creditor_account_id is not new.creditor_account_id or old.decision is not null
begin
    select raise(abort, 'rows of name_check are added, never changed');
end;

create trigger refused_statement_no_update before update on refused_statement
begin
    select raise(abort, 'rows of refused_statement are added, never changed');
end;

create trigger refused_statement_no_delete before delete on refused_statement
begin
    select raise(abort, 'rows of refused_statement are added, never changed');
end;

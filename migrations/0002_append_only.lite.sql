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

create trigger payment_file_part_no_update before update on payment_file_part
begin
    select raise(abort, 'rows of payment_file_part are added, never changed');
end;

create trigger payment_file_part_no_delete before delete on payment_file_part
begin
    select raise(abort, 'rows of payment_file_part are added, never changed');
end;

create trigger explanation_no_update before update on explanation
begin
    select raise(abort, 'rows of explanation are added, never changed');
end;

create trigger explanation_no_delete before delete on explanation
begin
    select raise(abort, 'rows of explanation are added, never changed');
end;

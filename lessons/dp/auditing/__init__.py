"""What can be shown of a mechanism by attacking it.

By lesson:

    17  the attack: membership, shadow_networks
        the audit: audit, audit_pair, audit_plan, canaries, beliefs, claim, expected_audit
        what counts prove: confidence, empirical_epsilon, trade_off
"""
